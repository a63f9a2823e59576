import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { accessibilityProblems } from "./accessibility.ts";
import { describeInBrowser, type OpenPage } from "./browser.ts";
import { allDayEvent, connectAdmin, keys, timedEvent, type UserData } from "./user-data.ts";

let admin: ReturnType<typeof connectAdmin>;
beforeAll(() => {
  admin = connectAdmin();
});
afterAll(async () => {
  await admin.close();
});

const today = () => new Date().toISOString().slice(0, 10);
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };

/** Five events within four days before and after today. All of them are loaded, whichever view is shown. */
async function openWithEvents(open: OpenPage, as: string, options: object = {}): Promise<[Page, UserData]> {
  const page = await open({ as, ...options });
  const data = await admin.of(as);
  await Promise.all([
    data.account(),
    data.calendar(keys.own),
    data.calendar(keys.team),
    data.event("Review of the past", timedEvent("Review of the past", 9, 1, -4)),
    data.event("Review to come", {
      ...timedEvent("Review to come", 14, 1, 1),
      location: "Café Amber",
      attendees: [{ email: "zoe@example.com", displayName: "Zoë" }],
    }),
    data.event("Review of the team", {
      ...timedEvent("Review of the team", 8, 1, 4),
      calendarKey: keys.team,
      description: "<b>Budget</b> and more",
    }),
    data.event("Fair", allDayEvent("Fair", today(), 1)),
  ]);
  await page.locator("[data-event]", { hasText: "Fair" }).first().waitFor();
  await page.locator(".connection[data-kind=live]").waitFor();
  return [page, data];
}

const field = (page: Page) => page.getByRole("searchbox", { name: "Search events" });
const results = (page: Page) => page.locator("[data-result]");
const count = (page: Page, words: string) =>
  page.getByRole("search").getByRole("status").getByText(words, { exact: true });

describeInBrowser("the search", open => {
  test("finds what is loaded by its words, in the order of days, and says what it searched", async () => {
    const [page] = await openWithEvents(open, "searcher");
    await page.keyboard.press("/");
    await page.keyboard.type("review");
    await count(page, "3 events found, 1 of them past.").waitFor();
    expect(await results(page).locator(".result-title").allTextContents()).toEqual([
      "Review of the past",
      "Review to come",
      "Review of the team",
    ]);
    await page
      .getByRole("search")
      .getByText(/^Searched the 4 events loaded: 1 .* (28|29|30|31) \w+ \d{4}\./)
      .waitFor();
    await field(page).fill("ZOE  cafe");
    await count(page, "1 event found.").waitFor();
    expect(await results(page).textContent()).toContain("Review to come");
    await field(page).fill("budget");
    await count(page, "1 event found.").waitFor();
    await field(page).fill("nothing like this");
    await count(page, "Nothing found for “nothing like this”.").waitFor();
    expect(await results(page).count()).toBe(0);
  });

  test("its results follow changes, and leave hidden calendars out", async () => {
    const [page, data] = await openWithEvents(open, "follower");
    await field(page).fill("review");
    await count(page, "3 events found, 1 of them past.").waitFor();
    await data.event("New review", timedEvent("New review", 12, 1, 2));
    await count(page, "4 events found, 1 of them past.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("checkbox", { name: "Team" }).uncheck();
    await field(page).fill("review");
    await count(page, "3 events found, 1 of them past.").waitFor();
    await page.getByRole("search").getByText("Hidden calendars are left out.").waitFor();
  });

  test("a result opens its details and its day, and the focus comes back to it", async () => {
    const [page] = await openWithEvents(open, "opener");
    await page.getByRole("button", { name: "Day", exact: true }).click();
    await field(page).fill("review of the team");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Review of the team" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement.dataset.result")).toBe(
      `${keys.team}_Review of the team`,
    );
    const day = new Date(Date.parse(today()) + 4 * 86_400_000).toISOString().slice(0, 10);
    await page.locator(`.fc-timegrid-col[data-date="${day}"]`).waitFor();
    await page.keyboard.press("Escape");
    await results(page).waitFor({ state: "detached" });
    await page.locator("[data-event]:visible", { hasText: "Review of the team" }).waitFor();
  });

  test("the keyboard opens it, goes through its results and leaves it", async () => {
    const [page] = await openWithEvents(open, "typist");
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Search").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("/");
    await page.keyboard.type("review/");
    expect(await field(page).inputValue()).toBe("review/");
    await page.keyboard.press("Backspace");
    const focused = () => page.evaluate<string>("document.activeElement.textContent");
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toContain("Review to come");
    await page.keyboard.press("ArrowUp");
    expect(await focused()).toContain("Review of the past");
    await page.keyboard.press("ArrowUp");
    expect(await page.evaluate("document.activeElement.id")).toBe("search-field");
    await page.keyboard.press("Escape");
    await results(page).first().waitFor({ state: "detached" });
    expect(await field(page).inputValue()).toBe("");
    await page.keyboard.press("w");
    await page.getByRole("button", { name: "Week", pressed: true }).waitFor();
  });

  test("of many results it lists those around today, the first to come at the top", async () => {
    const [page, data] = await openWithEvents(open, "collector");
    const batch = data.db.batch();
    const sample = await data.db.doc(`users/${data.uid}/calendarEvents/${keys.own}_Review to come`).get();
    for (let n = 0; n < 130; n += 1) {
      // 65 of the last days, and 65 of the next.
      const { startAt, endAt, start, end } = timedEvent("", n % 24, 1, n < 65 ? -1 - (n % 5) : 1 + (n % 5));
      const event = {
        ...sample.data(),
        eventId: `many${n}`,
        summary: `Many ${n}`,
        startAt,
        endAt,
        start,
        end,
      };
      batch.set(data.db.doc(`users/${data.uid}/calendarEvents/${keys.own}_many${n}`), event);
    }
    await batch.commit();
    await field(page).fill("many");
    await count(page, "130 events found, 65 of them past. The 100 around today are listed.").waitFor();
    expect(await results(page).count()).toBe(100);
    // A new text, now that all of them have arrived: the list begins at the first result to come.
    await field(page).fill("Many ");
    const fromTop = await page.evaluate<number>(`(() => {
      const list = document.querySelector(".search-list").getBoundingClientRect();
      const first = document.querySelector("[data-result]:not([data-past])").closest("section");
      return first.getBoundingClientRect().top - list.top;
    })()`);
    expect(Math.abs(fromTop)).toBeLessThan(5);
  });

  test.each([
    ["light", {}],
    ["dark", {}],
    ["light", phone],
    ["dark", phone],
  ] as const)("has no accessibility problem, %s %j", async (colorScheme, device) => {
    const [page] = await openWithEvents(open, `searcher-${colorScheme}-${"hasTouch" in device}`, {
      colorScheme,
      ...device,
    });
    await page.keyboard.press("/");
    await page.getByText("Type words of a title").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await field(page).fill("review");
    await results(page).first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("on a phone, an icon opens it, it has the whole screen and gives it back", async () => {
    const [page] = await openWithEvents(open, "phone-searcher", phone);
    expect(await field(page).isVisible()).toBe(false);
    await page.getByRole("button", { name: "Search events" }).click();
    await field(page).fill("review to");
    await page.getByRole("button", { name: "Review to come" }).click();
    await page.getByRole("dialog", { name: "Review to come" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Close the search" }).click();
    expect(await page.evaluate("document.activeElement.className")).toContain("search-open");
    await page.locator("[data-event]:visible", { hasText: "Review to come" }).waitFor();
  });
});
