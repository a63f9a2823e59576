import { afterAll, afterEach, beforeAll, describe } from "@jest/globals";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { stack } from "../running-stack.ts";
import { liveWithinMs } from "./patience.ts";

/**
 * Opens the page as a demo user with the given name, in its own browser context. `before` runs before the page is
 * loaded.
 */
export type OpenPage = (
  options: { as: string; before?: (page: Page) => Promise<void> } & BrowserContextOptions,
) => Promise<Page>;

/** One browser for all suites of a file. */
let launched: Promise<Browser> | undefined;

afterAll(async () => {
  await (await launched)?.close();
});

/**
 * Declares a suite that needs a browser. Without a browser the suite is skipped, with the reason in its name.
 *
 * Each page has its own context (cookies, storage, cache). Its viewer is in UTC, as the tests' dates are, whatever the
 * machine's zone. An uncaught error in a page fails the test.
 */
export function describeInBrowser(name: string, suite: (open: OpenPage) => void): void {
  const executablePath = process.env["CHROMIUM_PATH"];
  if (executablePath === undefined || executablePath === "") {
    describe.skip(`${name} (skipped: CHROMIUM_PATH names no browser)`, () => {
      suite(() => Promise.reject(new Error("no browser")));
    });
    return;
  }
  describe(name, () => {
    let browser: Browser;
    let uncaught: Error[] = [];
    beforeAll(async () => {
      // Containers run as root, and Chromium's sandbox does not start as root.
      launched ??= chromium.launch({ executablePath, args: ["--no-sandbox"] });
      browser = await launched;
    });
    afterEach(async () => {
      await Promise.all(browser.contexts().map(context => context.close()));
      const errors = uncaught;
      uncaught = [];
      if (errors.length > 0) throw new AggregateError(errors, "the page threw");
    });

    suite(async ({ as, before, ...options }) => {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 1000 },
        locale: "en-GB",
        timezoneId: "UTC",
        ...options,
      });
      context.setDefaultTimeout(liveWithinMs);
      const page = await context.newPage();
      page.on("pageerror", error => uncaught.push(error));
      await before?.(page);
      await page.goto(`${stack.appUrl}/?as=${as}`);
      return page;
    });
  });
}
