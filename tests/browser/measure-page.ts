/**
 * Measures the page for a user with many events, in a browser without a cache:
 *
 *     npm run stack -- node tests/browser/measure-page.ts [--visits N] [--events N] [--months N]
 *
 * Time: from sign-in until the month is usable: each of its days shows all its events, and a click on "Later" has
 * shown the next month. For comparison, the same for a user without events. Prints medians, and the processor time of
 * the page's main thread, which is more reliable on a busy machine.
 *
 * Memory: of the tab while it pages through two years (or `--months`) and back, twice.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { chromium, type Browser, type Page } from "playwright-core";
import { median, round } from "@firestore-calendar-sync/harness";
import { findChromium } from "../../scripts/checks/find-chromium.ts";
import { stack } from "../running-stack.ts";
import { everythingLive, fillWithEvents, monthComplete } from "./many-events.ts";
import { liveWithinMs } from "./patience.ts";
import { pageThrough, watchTab } from "./tab-watch.ts";
import { connectAdmin } from "./user-data.ts";

const usage = `npm run stack -- node tests/browser/measure-page.ts [--visits N] [--events N] [--months N]

Measures how soon the page is usable after sign-in, and the memory while it pages forward and back, twice.

  --visits N   how often each page is opened; the medians are printed (9)
  --events N   the events of the user, spread over fourteen months, or over --months if that is longer (5000)
  --months N   how far the memory is measured (24)`;

type Size = {
  readonly visits: number;
  readonly events: number;
  readonly months: number;
  /** The days over which the events are spread: from a month ago until after the last month. */
  readonly days: number;
};

/** The numbers of the command line; or a sentence about what is wrong with them; or undefined for `--help`. */
function readSize(args: readonly string[]): Size | string | undefined {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        visits: { type: "string", default: "9" },
        events: { type: "string", default: "5000" },
        months: { type: "string", default: "24" },
        help: { type: "boolean", short: "h", default: false },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (values.help) return undefined;
  const [visits = 0, events = 0, months = 0] = [values.visits, values.events, values.months].map(Number);
  const days = 56 + 31 * months;
  if (![visits, events, months].every(number => Number.isInteger(number) && number > 0))
    return "--visits, --events and --months are whole numbers from 1 on";
  // A day without events is complete before anything has loaded.
  const least = Math.max(days, kept.days);
  return events < least
    ? `at least ${least} events, so that each day has one`
    : { visits, events, months, days };
}

/** The functions keep the events of this many days. */
const kept = { days: 430 };

const size = readSize(process.argv.slice(2));
if (size === undefined || typeof size === "string") {
  if (size === undefined) console.log(usage);
  else console.error(`${size}\n\n${usage}`);
  process.exit(size === undefined ? 0 : 2);
}
const { visits, events: count, months, days } = size;

/** The moments that are measured, as conditions that are evaluated in the page. */
const moments = {
  "signed in": `document.querySelector(".shell")`,
  "calendars listed": `document.querySelector("li.calendar")`,
  "first event": `document.querySelector("[data-event]")`,
  "month complete": monthComplete(count, kept.days),
  "everything live": everythingLive,
};
const visitors = [
  { name: "no events", as: "measured-empty", events: 0, until: "everything live" },
  { name: `${count} events`, as: "measured-full", events: count, until: "month complete" },
] as const;

const conditions = Object.entries(moments)
  .map(([name, holds]) => `["${name}", () => ${holds}]`)
  .join(",");

/** Runs before the page's own code. Records the time of each moment, in milliseconds since the navigation. */
const watcher = `
  window.moments = {};
  const waiting = new Map([${conditions}]);
  new MutationObserver(() => {
    for (const [name, holds] of waiting)
      if (holds()) {
        waiting.delete(name);
        window.moments[name] = performance.now();
      }
  }).observe(document, { subtree: true, childList: true, attributes: true });`;

/** Pages forward. Resolves when the browser has painted the next page. */
const turnPage = `new Promise(resolve => {
  const title = () => document.querySelector("h1").textContent;
  const before = title();
  document.querySelector("[aria-label=Later]").click();
  const look = () =>
    title() === before ? requestAnimationFrame(look) : setTimeout(() => resolve(performance.now()));
  requestAnimationFrame(look);
})`;

const desktop = { viewport: { width: 1280, height: 1000 }, locale: "en-GB" };
const address = (as: string): string => `${stack.appUrl}/?as=${as}`;

/** Milliseconds from sign-in to each moment, and the main thread's work until the next page was painted. */
async function visit(browser: Browser, as: string, until: string): Promise<Map<string, number>> {
  const page = await browser.newPage(desktop);
  page.setDefaultTimeout(liveWithinMs);
  try {
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    const work = async (): Promise<number> => {
      const { metrics } = await session.send("Performance.getMetrics");
      return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1000;
    };
    await page.addInitScript(watcher);
    await page.goto(address(as));
    await page.waitForFunction(`window.moments["signed in"]`);
    const before = await work();
    await page.waitForFunction(`window.moments["${until}"]`);
    const turned = await page.evaluate<number>(turnPage);
    const worked = (await work()) - before;
    const noted = await page.evaluate<Record<string, number>>("window.moments");
    const signedIn = noted["signed in"] ?? Number.NaN;
    const since = Object.entries(noted).map(([name, at]) => [name, at - signedIn] as const);
    return new Map([...since, ["usable: page turned", turned - signedIn], ["processor time", worked]]);
  } finally {
    await page.context().close();
  }
}

async function measureTime(browser: Browser): Promise<void> {
  const results = visitors.map(visitor => ({ ...visitor, visits: [] as Map<string, number>[] }));
  for (let n = 0; n < visits; n += 1)
    for (const { as, until, visits: own } of results) own.push(await visit(browser, as, until));
  console.log(`ms since sign-in, median of ${visits} (least–most); load ${loadavg()[0]?.toFixed(1) ?? "?"}`);
  for (const { name, visits: own } of results) {
    console.log(`  ${name}`);
    for (const moment of own[0]?.keys() ?? []) {
      const all = own.flatMap(each => each.get(moment) ?? []);
      console.log(
        `    ${moment.padEnd(20)} ${round(median(all))} (${round(Math.min(...all))}–${round(Math.max(...all))})`,
      );
    }
  }
}

async function measureMemory(page: Page, as: string): Promise<void> {
  const tab = await watchTab(page);
  const print = async (where: string): Promise<void> => {
    const { heapMb, nodes, eventListeners, liveQueries } = await tab.use();
    console.log(
      `  ${where.padEnd(12)} heap ${heapMb.toFixed(1)} MB, ${nodes} nodes, ${eventListeners} event listeners, ${liveQueries} queries`,
    );
  };
  page.setDefaultTimeout(liveWithinMs);
  await page.goto(address(as));
  const ready = `${everythingLive} && ${monthComplete(count, days)}`;
  await page.waitForFunction(ready);
  console.log(`paging through ${months} months and back, twice`);
  await print("at first");
  for (const step of ["Later", "Earlier", "Later", "Earlier"] as const)
    await pageThrough(page, step, { months, every: Math.min(6, months), ready }, async month => {
      await print(`${step} ${month}`);
    });
}

const executablePath = findChromium(process.env);
if (executablePath === undefined) throw new Error("no browser: set CHROMIUM_PATH");
const admin = connectAdmin();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
/** Creates a user by opening the page, and writes the events. The visit also starts the stack's processes. */
async function settle(as: string, events: number, days: number): Promise<void> {
  const page = await browser.newPage();
  await page.goto(address(as));
  await fillWithEvents(await admin.of(as), events, days);
  await page.close();
}
try {
  for (const { as, events } of visitors) await settle(as, events, kept.days);
  await measureTime(browser);
  await settle("measured-memory", count, days);
  await measureMemory(await browser.newPage(desktop), "measured-memory");
} finally {
  await browser.close();
  await admin.close();
}
