import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import type { EventDocument } from "@firestore-calendar-sync/client";
import { accessibilityProblems } from "./accessibility.ts";
import { describeInBrowser, type OpenPage } from "./browser.ts";
import { eventContrasts } from "./contrast.ts";
import { connectAdmin, keys, timedEvent, type UserData } from "./user-data.ts";

let admin: ReturnType<typeof connectAdmin>;
beforeAll(() => {
  admin = connectAdmin();
});
afterAll(async () => {
  await admin.close();
});

/** Events of one hour today, one after the other. The viewer's zone is UTC, as that of `timedEvent`. */
async function openWith(
  open: OpenPage,
  as: string,
  events: Readonly<Record<string, Partial<EventDocument>>>,
  options: object = {},
): Promise<[Page, UserData]> {
  const page = await open({ as, ...options });
  const data = await admin.of(as);
  await Promise.all([data.account(), data.calendar(keys.own), data.calendar(keys.team)]);
  const entries = Object.entries(events);
  await Promise.all(
    entries.map(([id, change], n) => data.event(id, { ...timedEvent(id, n % 24, 1), ...change })),
  );
  await show(page, "Day");
  for (const [id] of entries) await eventWith(page, id).waitFor({ state: "attached" });
  return [page, data];
}

async function show(page: Page, view: "Month" | "Week" | "Day" | "Agenda"): Promise<void> {
  await page.getByRole("button", { name: view, exact: true }).click();
  await page.getByRole("button", { name: view, exact: true, pressed: true }).waitFor();
}

/** The first element of the event with an id. */
function eventWith(page: Page, id: string): Locator {
  return page.locator(selectorOf(id)).first();
}

/** Opens the details of an event. */
async function detailsOf(page: Page, id: string): Promise<Locator> {
  await eventWith(page, id).click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  return dialog;
}

async function close(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** The computed style of the first element that matches. */
async function style(page: Page, selector: string, property: string): Promise<string> {
  return await page.evaluate<string>(
    `getComputedStyle(document.querySelector(${JSON.stringify(selector)})).getPropertyValue("${property}")`,
  );
}

/** A selector of the elements of the event with an id. */
function selectorOf(id: string): string {
  return `[data-event$="_${id}"]`;
}

const answers = {
  agreed: { selfResponse: "accepted" },
  refused: { selfResponse: "declined" },
  perhaps: { selfResponse: "tentative" },
  open: { selfResponse: "needsAction" },
} as const;

describeInBrowser("an event's colour", open => {
  test("is its own, or else its calendar's, in the grid and in the details", async () => {
    const [page, data] = await openWith(open, "colours", { plain: {}, painted: { color: "#d50000" } });
    expect(await style(page, selectorOf("plain"), "--event")).toBe("#0b8043");
    expect(await style(page, selectorOf("painted"), "--event")).toBe("#d50000");
    await detailsOf(page, "painted");
    expect(await style(page, "dialog", "--event")).toBe("#d50000");
    await close(page);
    await data.event("painted", { ...timedEvent("painted", 1, 1), etag: '"2"' });
    await page.waitForFunction(
      `getComputedStyle(document.querySelector("[data-event$=_painted]")).getPropertyValue("--event") === "#0b8043"`,
    );
  });

  test.each(["light", "dark"] as const)("leaves every text readable, %s", async colorScheme => {
    const colors = ["#ffffff", "#000000", "#ffff00", "#0000ff"];
    const states: Partial<EventDocument>[] = [
      ...Object.values(answers),
      { transparency: "transparent" },
      { eventType: "workingLocation", workingLocation: { type: "customLocation", label: "Library" } },
    ];
    const events = colors.flatMap((color, row) =>
      states.map((state, column): [string, Partial<EventDocument>] => [
        `colour${row}state${column}`,
        { color, ...state },
      ]),
    );
    const [page] = await openWith(open, `contrast-${colorScheme}`, Object.fromEntries(events), {
      colorScheme,
    });
    for (const view of ["Day", "Agenda", "Month"] as const) {
      await show(page, view);
      if (view === "Month") await page.locator(".fc-more-link").first().click();
      const contrasts = await eventContrasts(page);
      expect(contrasts.length).toBeGreaterThanOrEqual(events.length);
      for (const [id] of events) {
        // In the month, the last one is in the popover of the day's events.
        await page.locator(selectorOf(id)).last().hover();
        const ofHovered = await eventContrasts(page, "[data-event]:hover");
        expect(ofHovered.length).toBeGreaterThan(0);
        contrasts.push(...ofHovered);
      }
      expect([view, contrasts.filter(({ ratio }) => ratio < 4.5)]).toEqual([view, []]);
    }
  });
});

describeInBrowser("the user's answer", open => {
  test("is told by a shape and by words", async () => {
    const [page] = await openWith(open, "answers", answers);
    const looks = async (id: string) => ({
      struck: await style(page, `${selectorOf(id)} .fc-event-title`, "text-decoration-line"),
      outline: await style(page, selectorOf(id), "outline-style"),
      hatched: (await style(page, selectorOf(id), "background-image")).includes("repeating-linear-gradient"),
    });
    const plain = { struck: "none", outline: "none", hatched: false };
    expect(await looks("agreed")).toEqual(plain);
    expect(await looks("refused")).toEqual({ ...plain, struck: "line-through" });
    expect(await looks("perhaps")).toEqual({ ...plain, hatched: true });
    expect(await looks("open")).toEqual({ ...plain, outline: "solid" });

    const words = async (id: string) => await eventWith(page, id).locator(".fc-event-title").textContent();
    expect(await words("agreed")).toBe("agreed");
    expect(await words("refused")).toBe("refused, declined");
    expect(await words("perhaps")).toBe("perhaps, maybe");
    expect(await words("open")).toBe("open, not answered");
    expect(await eventWith(page, "open").getAttribute("title")).toBe("not answered");

    await show(page, "Agenda");
    await eventWith(page, "refused").getByText("declined", { exact: true }).waitFor();
    await eventWith(page, "open").getByText("not answered", { exact: true }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("is a sentence in the details", async () => {
    const [page] = await openWith(open, "answer-sentences", answers);
    const sentences = {
      agreed: "You accepted",
      refused: "You declined",
      perhaps: "You answered maybe",
      open: "You have not answered",
    };
    for (const [id, sentence] of Object.entries(sentences)) {
      await (await detailsOf(page, id)).getByText(sentence, { exact: true }).waitFor();
      await close(page);
    }
  });

  test("if it was no, hides the event when the user wants that, also after a reload", async () => {
    const [page] = await openWith(open, "hide-declined", answers);
    await page.getByRole("switch", { name: "Show declined events" }).uncheck();
    await eventWith(page, "refused").waitFor({ state: "detached" });
    await page.reload();
    await show(page, "Day");
    await eventWith(page, "agreed").waitFor();
    expect(await eventWith(page, "refused").count()).toBe(0);
    await page.getByRole("switch", { name: "Show declined events" }).check();
    await eventWith(page, "refused").waitFor();
  });
});

describeInBrowser("an event that is more than time", open => {
  test("has an icon and words, and takes the room that it needs", async () => {
    const [page] = await openWith(open, "types", {
      focus: { eventType: "focusTime" },
      away: { eventType: "outOfOffice" },
      party: { eventType: "birthday", birthday: { type: "birthday" } },
      flight: { eventType: "fromGmail" },
      desk: {
        eventType: "workingLocation",
        workingLocation: { type: "officeLocation", label: "Room 4" },
      },
      usual: {},
    });
    const words = {
      focus: "focus, focus time",
      away: "away, out of office",
      party: "party, birthday",
      flight: "flight, from Gmail",
      desk: "Room 4 04:00 – 05:00, working location",
    };
    for (const [id, text] of Object.entries(words)) {
      const title = eventWith(page, id).locator(".fc-event-title");
      expect((await title.textContent())?.replaceAll(/\s*–\s*/g, " – ")).toBe(text);
      expect([id, await title.locator("svg").count()]).toEqual([id, 1]);
    }
    expect(await eventWith(page, "usual").locator("svg").count()).toBe(0);
    // It is for one hour, but it is not among the hours.
    expect(await page.locator('.fc-daygrid-event[data-event$="_desk"]').count()).toBe(1);
    expect(await page.locator('.fc-timegrid-event[data-event$="_desk"]').count()).toBe(0);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("says in its details what follows from it", async () => {
    const [page] = await openWith(open, "type-details", {
      focus: {
        eventType: "focusTime",
        focusTime: {
          autoDeclineMode: "declineAllConflictingInvitations",
          declineMessage: "I am writing",
          chatStatus: "doNotDisturb",
        },
      },
    });
    const dialog = await detailsOf(page, "focus");
    await dialog.getByText("focus time", { exact: true }).waitFor();
    await dialog.getByText("All conflicting invitations are declined automatically.").waitFor();
    await dialog.getByText("The answer says: “I am writing”").waitFor();
  });
});

describeInBrowser("the details of an event", open => {
  test("list files, ways to join, guests, reminders and the source", async () => {
    const attendees = Array.from({ length: 15 }, (_, n) => ({
      email: `guest${n}@example.com`,
      responseStatus: n === 0 ? "tentative" : "accepted",
    }));
    const [page] = await openWith(open, "much", {
      much: {
        attendees,
        attendeesOmitted: true,
        attachments: [
          { title: "Agenda", fileUrl: "https://docs.example.com/1" },
          { title: "Old", fileUrl: "http://docs.example.com/2" },
        ],
        conference: {
          name: "Example Meet",
          entryPoints: [
            { type: "video", uri: "https://meet.example.com/x", label: "meet.example.com/x" },
            { type: "phone", uri: "tel:+49-30-1", label: "+49 30 1", pin: "123", regionCode: "DE" },
            { type: "sip", uri: "sip:1@example.com" },
            { type: "more", uri: "javascript:window.hacked=1", label: "trap" },
          ],
        },
        reminders: { overrides: [{ method: "email", minutes: 60 }] },
        source: { title: "A mail", url: "https://mail.example.com/1" },
      },
    });
    const dialog = await detailsOf(page, "much");
    const links: [string, string][] = [
      ["Agenda", "https://docs.example.com/1"],
      ["Join with Example Meet", "https://meet.example.com/x"],
      ["+49 30 1", "tel:+49-30-1"],
      ["1@example.com", "sip:1@example.com"],
      ["A mail", "https://mail.example.com/1"],
    ];
    for (const [name, href] of links) {
      const link = dialog.getByRole("link", { name, exact: true });
      expect([name, await link.getAttribute("href"), await link.getAttribute("rel")]).toEqual([
        name,
        href,
        "noopener noreferrer",
      ]);
    }
    expect(await dialog.getByRole("link").count()).toBe(links.length);
    await dialog.getByText("PIN 123").waitFor();
    await dialog.getByText("and 3 more").waitFor();
    await dialog.getByText("and others").waitFor();
    expect(await dialog.locator(".people li").count()).toBe(12 + 2);
    await dialog.getByText("Email 1 hour before").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("say that they are hidden, and a phone shows them without scrolling sideways", async () => {
    const { summary: _summary, ...untitled } = timedEvent("secret", 0, 1);
    const page = await open({ as: "hidden", viewport: { width: 390, height: 844 } });
    const data = await admin.of("hidden");
    await data.account();
    await data.calendar(keys.own);
    await data.db.doc(`users/${data.uid}/calendarEvents/${keys.own}_secret`).set({
      ...untitled,
      visibility: "private",
    });
    await show(page, "Day");
    await eventWith(page, "secret").getByText("Busy").waitFor();
    const dialog = await detailsOf(page, "secret");
    await dialog.getByText("Only busy is visible to you.").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

describeInBrowser("a calendar that shares only busy times", open => {
  test("says so in the list of calendars, or why it has no events", async () => {
    const [page, data] = await openWith(open, "busy-only", {});
    const row = page.locator(`[data-calendar="${keys.team}"]`);
    await data.calendar(keys.team, { accessRole: "freeBusyReader", sync: { phase: "busyOnly" } });
    await row.getByText("Only free and busy times of this calendar are shared with you.").waitFor();
    const message = "Google does not list the events of this calendar.";
    await data.calendar(keys.team, { accessRole: "freeBusyReader", sync: { phase: "busyOnly", message } });
    await row.getByText(message).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
