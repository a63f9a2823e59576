import type { Locator, Page } from "playwright-core";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The middle of a quarter of an hour in the week or day view, after its place has been scrolled into view. */
export async function placeOf(page: Page, day: string, time: string): Promise<Point> {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  const half = `${String(hours).padStart(2, "0")}:${minutes < 30 ? "00" : "30"}:00`;
  const lane = page.locator(`.fc-timegrid-slot-lane[data-time="${half}"]`);
  await lane.waitFor();
  await lane.scrollIntoViewIfNeeded();
  const [row, column] = await Promise.all([
    boxOf(lane),
    boxOf(page.locator(`.fc-timegrid-col[data-date="${day}"]`)),
  ]);
  const quarter = (minutes % 30) / 15;
  return { x: column.x + column.width / 2, y: row.y + (row.height * (quarter + 0.5)) / 2 };
}

/**
 * Where an event has to be dropped that is held at its start's place, to begin at a time. The component looks at the
 * event's middle, which is close to the border between two quarters, so the event is dropped slightly higher.
 */
export async function dropAt(page: Page, day: string, time: string): Promise<Point> {
  const { x, y } = await placeOf(page, day, time);
  return { x, y: y - 4 };
}

/** The middle of a day in the month view, or in the row of all-day events. */
export async function dayOf(page: Page, day: string): Promise<Point> {
  const cell = page.locator(`.fc-daygrid-day[data-date="${day}"]`);
  const { x, y, width, height } = await boxOf(cell);
  return { x: x + width / 2, y: y + height / 2 };
}

export async function middleOf(event: Locator): Promise<Point> {
  const { x, y, width, height } = await boxOf(event);
  return { x: x + width / 2, y: y + height / 2 };
}

/** Where an event is resized. */
export async function lowerEdgeOf(event: Locator): Promise<Point> {
  const { x, y, width, height } = await boxOf(event);
  return { x: x + width / 2, y: y + height - 3 };
}

/** Drags with the mouse, in steps, as the component needs several movements to notice a drag. */
export async function drag(page: Page, from: Point, to: Point): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

/** Drags with a finger, which stays at `from` for some time first. */
export async function dragByTouch(page: Page, from: Point, to: Point, restMs: number): Promise<void> {
  const touch = await page.context().newCDPSession(page);
  const send = async (type: "touchStart" | "touchMove" | "touchEnd", points: readonly Point[]) => {
    await touch.send("Input.dispatchTouchEvent", { type, touchPoints: [...points] });
  };
  await send("touchStart", [from]);
  // The time is what is tested: a long press begins a drag, a short one scrolls.
  await page.waitForTimeout(restMs);
  for (let n = 1; n <= 8; n += 1) {
    const part = n / 8;
    await send("touchMove", [{ x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }]);
  }
  await send("touchEnd", []);
}

async function boxOf(element: Locator): Promise<Point & { width: number; height: number }> {
  const box = await element.boundingBox();
  if (!box) throw new Error(`not visible: ${element.toString()}`);
  return box;
}
