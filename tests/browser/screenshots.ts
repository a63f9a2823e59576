/**
 * Takes the documentation's pictures of the page, from the running stack and with a real connection:
 *
 *     CHROMIUM_PATH=/usr/bin/chromium npm run stack -- node tests/browser/screenshots.ts docs/images
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { demoCalendars } from "../../scripts/demo/demo-calendars.ts";
import { googleClientOf } from "../../stack/client/google-client.ts";
import { control, stack } from "../running-stack.ts";
import { animatedPng, film } from "./animation.ts";
import { connectOnPage } from "./consent.ts";
import { liveWithinMs } from "./patience.ts";

const person = "mira";
const timeZone = "Europe/Berlin";
/** In a new stack, the first call of each function starts a process, which takes many seconds on a busy machine. */
const importWithinMs = 180_000;
const email = `${person}@example.com`;

interface Picture {
  readonly name: string;
  readonly view: "Month" | "Week" | "Day" | "Agenda";
  readonly context: BrowserContextOptions;
  /** Opens what the picture shows. */
  readonly before?: (page: Page) => Promise<void>;
}

const desktop = { viewport: { width: 1440, height: 900 } };
const pictures: readonly Picture[] = [
  { name: "month", view: "Month", context: desktop },
  { name: "week-dark", view: "Week", context: { ...desktop, colorScheme: "dark" } },
  { name: "form", view: "Week", context: { viewport: { width: 1160, height: 860 } }, before: openForm },
  { name: "phone", view: "Agenda", context: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 } },
];

async function openForm(page: Page): Promise<void> {
  await page.locator("[data-event]:visible", { hasText: "Lunch with Jonas" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Edit" }).click();
  await page.getByRole("dialog", { name: "Edit event" }).waitFor();
}

async function open(browser: Browser, context: BrowserContextOptions): Promise<Page> {
  const page = await (
    await browser.newContext({ locale: "en-GB", timezoneId: timeZone, ...context })
  ).newPage();
  page.setDefaultTimeout(liveWithinMs);
  await page.goto(`${stack.appUrl}/?as=${person}`);
  return page;
}

/** Changes an event five times, so that the strip has latencies to show. */
async function editSome(page: Page): Promise<void> {
  const google = await googleClientOf(control, email);
  // The day that the page shows as today. Near midnight, the day in UTC can be in another week.
  const day = new Date().toLocaleDateString("sv", { timeZone });
  for (let n = 1; n <= 5; n += 1) {
    const summary = n === 5 ? "Coffee with Noor" : `Coffee with Noor, ${n + 13}:00?`;
    const requestBody = {
      summary,
      start: { dateTime: `${day}T${String(13 + n)}:00:00`, timeZone },
      end: { dateTime: `${day}T${String(13 + n)}:45:00`, timeZone },
    };
    if (n === 1)
      await google.events.insert({ calendarId: email, requestBody: { id: "coffee", ...requestBody } });
    else await google.events.patch({ calendarId: email, eventId: "coffee", requestBody });
    await page.getByText(summary, { exact: true }).first().waitFor();
  }
}

/** A drawn mouse pointer, because headless browsers show none. */
const pointer = `
  const pointer = document.createElement("div");
  pointer.innerHTML = '<svg width="22" height="26" viewBox="0 0 22 26"><path d="M2 1v19l5-4 3.5 8 3.5-1.5-3.5-7.5h7z" fill="#111" stroke="#fff" stroke-width="1.6"/></svg>';
  pointer.style.cssText = "position:fixed;z-index:99;pointer-events:none;left:0;top:0";
  document.body.append(pointer);
  window.point = (x, y) => { pointer.style.transform = "translate(" + (x - 2) + "px," + (y - 1) + "px)"; };`;

/** Moves the mouse and the drawn pointer at the speed of a hand. */
async function glide(page: Page, from: Point, to: Point): Promise<void> {
  const steps = 14;
  for (let n = 1; n <= steps; n += 1) {
    const part = (1 - Math.cos((Math.PI * n) / steps)) / 2;
    const [x, y] = [from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part];
    await page.evaluate(`point(${x}, ${y})`);
    await page.mouse.move(x, y);
    // A delay per step, so that the movement is visible in the animation.
    await page.waitForTimeout(50);
  }
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Drags an event to a neighbouring day on Google's page and films the change on both sides. */
async function filmEdit(page: Page, path: string): Promise<void> {
  const google = page.frameLocator("iframe");
  const event = google.locator("button.event", { hasText: "Lunch with Jonas" }).first();
  await event.scrollIntoViewIfNeeded();
  const box = await event.boundingBox();
  if (!box) throw new Error("Google's side does not show the event");
  const grip = { x: box.x + box.width / 2, y: box.y + 8 };
  const away = { x: grip.x + 40, y: grip.y + 110 };
  // The next day; on a Sunday, the last day of the shown week, the day before.
  const isSunday = new Date().toLocaleDateString("en", { weekday: "long", timeZone }) === "Sunday";
  const way = isSunday ? -1 : 1;
  const goal = { x: grip.x + way * box.width, y: grip.y + 41 };
  await page.evaluate(pointer);
  await page.evaluate(`point(${away.x}, ${away.y})`);
  const here = page.locator(".fc .fc-timegrid-event", { hasText: "Lunch with Jonas" });
  const id = await here.getAttribute("data-event");
  const before = await here.boundingBox();
  if (id === null || !before) throw new Error("the page does not show the event");
  const frames = await film(page, async () => {
    await page.waitForTimeout(900);
    await glide(page, away, grip);
    await page.mouse.down();
    await glide(page, grip, goal);
    await page.mouse.up();
    await glide(page, goal, away);
    await page.waitForFunction(
      `document.querySelector('.fc-timegrid-event[data-event="${id}"]')?.getBoundingClientRect().left * ${way} > ${before.x * way + 20}`,
    );
    await page.waitForTimeout(3000);
  });
  await writeFile(path, await animatedPng(page, frames, 2500));
}

async function takePictures(folder: string, executablePath: string): Promise<void> {
  const calendars = demoCalendars(email, new Date());
  await control.seed([{ email, name: "Mira", calendars }]);
  await mkdir(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const first = await open(browser, desktop);
    await connectOnPage(first, email);
    await first.getByRole("button", { name: "Week", exact: true }).click();
    await first.getByText("Lunch with Jonas").first().waitFor({ timeout: importWithinMs });
    await first.getByRole("button", { name: "Dismiss" }).click();
    await editSome(first);
    await first.mouse.move(0, 0);
    await filmEdit(first, join(folder, "edit.png"));
    console.log(join(folder, "edit.png"));
    for (const { name, view, context, before } of pictures) {
      const page = await open(browser, context);
      await page.getByRole("button", { name: view, exact: true }).click();
      await page.locator("[data-event]:visible", { hasText: "Stand-up" }).first().waitFor();
      await page.locator('.connection[data-kind="live"]').waitFor();
      await before?.(page);
      const path = join(folder, `${name}.png`);
      await page.screenshot({ path, animations: "disabled" });
      console.log(path);
    }
  } finally {
    await browser.close();
  }
}

const [folder] = process.argv.slice(2);
const executablePath = process.env["CHROMIUM_PATH"];
if (folder === undefined || executablePath === undefined) {
  console.error("usage: CHROMIUM_PATH=… npm run stack -- node tests/browser/screenshots.ts FOLDER");
  process.exitCode = 2;
} else {
  await takePictures(folder, executablePath);
}
