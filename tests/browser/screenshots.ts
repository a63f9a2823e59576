/**
 * Takes the pictures of the page for the documentation, from the running stack and through the real connection:
 *
 *     CHROMIUM_PATH=/usr/bin/chromium npm run stack -- node tests/browser/screenshots.ts docs/images
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { demoCalendars } from "../../scripts/demo/demo-calendars.ts";
import { GoogleControl } from "../../scripts/local/google-control.ts";
import { googleClientOf } from "../../scripts/local/google-client.ts";
import { connectOnPage } from "./consent.ts";

const person = "mira";
const email = `${person}@example.com`;
/** Google's calendar colours: blue, green, yellow. */
const colorIds = ["16", "8", "12"];

interface Picture {
  readonly name: string;
  readonly view: "Month" | "Week" | "Day" | "Agenda";
  readonly context: BrowserContextOptions;
}

const desktop = { viewport: { width: 1440, height: 900 } };
const pictures: readonly Picture[] = [
  { name: "month", view: "Month", context: desktop },
  { name: "week-dark", view: "Week", context: { ...desktop, colorScheme: "dark" } },
  { name: "phone", view: "Agenda", context: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 } },
];

async function open(browser: Browser, context: BrowserContextOptions): Promise<Page> {
  const page = await (
    await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Berlin", ...context })
  ).newPage();
  await page.goto(`http://127.0.0.1:5000/?as=${person}`);
  return page;
}

/** Moves an event five times, so that the strip of latencies has something to show. */
async function editSome(page: Page, control: GoogleControl): Promise<void> {
  const google = await googleClientOf(control, email);
  for (let n = 1; n <= 5; n += 1) {
    const summary = n === 5 ? "Coffee with Noor" : `Coffee with Noor, ${n + 13}:00?`;
    const day = new Date().toISOString().slice(0, 10);
    const requestBody = {
      summary,
      start: { dateTime: `${day}T${String(13 + n)}:00:00Z` },
      end: { dateTime: `${day}T${String(13 + n)}:45:00Z` },
    };
    if (n === 1)
      await google.events.insert({ calendarId: email, requestBody: { id: "coffee", ...requestBody } });
    else await google.events.patch({ calendarId: email, eventId: "coffee", requestBody });
    await page.getByText(summary, { exact: true }).first().waitFor({ timeout: 60_000 });
  }
}

async function takePictures(folder: string, executablePath: string): Promise<void> {
  const control = new GoogleControl();
  const calendars = demoCalendars(email, new Date()).map((calendar, n) => ({
    ...calendar,
    colorId: colorIds[n],
  }));
  await control.seed([{ email, name: "Mira", calendars }]);
  await mkdir(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const first = await open(browser, desktop);
    await connectOnPage(first, email);
    await first.getByRole("button", { name: "Week", exact: true }).click();
    await first.getByText("Lunch with Jonas").first().waitFor({ timeout: 60_000 });
    await first.getByRole("button", { name: "Dismiss" }).click();
    await editSome(first, control);
    await first.screenshot({ path: join(folder, "live.png") });
    for (const { name, view, context } of pictures) {
      const page = await open(browser, context);
      await page.getByRole("button", { name: view, exact: true }).click();
      await page.locator("[data-event]:visible", { hasText: "Stand-up" }).first().waitFor();
      await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
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
