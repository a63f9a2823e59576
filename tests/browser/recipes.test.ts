import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { agendaQuery, eventDocument, eventsPath } from "@firestore-calendar-sync/client";
import { stack } from "../running-stack.ts";
import { describeInBrowser } from "./browser.ts";
import { buildRecipes, recipe } from "./recipes.ts";
import { allDayEvent, connectAdmin, keys, timedEvent } from "./user-data.ts";

let admin: ReturnType<typeof connectAdmin>;
beforeAll(() => {
  admin = connectAdmin();
});
afterAll(async () => {
  await admin.close();
});

describeInBrowser("the recipes of docs/clients.md, compiled and run", open => {
  test("web and React show an event, its change and its end, until one leaves", async () => {
    const script = await buildRecipes();
    const page = await open({ as: "recipes" });
    const data = await admin.of("recipes");
    await data.calendar(keys.own);
    // A page of the same origin that contains no code of the app.
    await page.goto(`${stack.appUrl}/__/firebase/init.json`);
    await page.evaluate(
      "document.body.innerHTML = '<ul id=calendars></ul><ul id=web></ul><div id=react></div>'",
    );
    await page.addScriptTag({ content: script, type: "module" });
    await page.locator("#calendars").getByText("Tester").waitFor();

    const lists = ["#web", "#react"].map(id => page.locator(id));
    const eachShows = async (text: string) => {
      for (const list of lists) await list.getByText(text, { exact: true }).waitFor();
    };
    await data.event("Lunch");
    await eachShows("Lunch");
    await data.event("Lunch", { ...timedEvent("Lunch", 10, 1), summary: "Late lunch" });
    await eachShows("Late lunch");
    await data.removeEvent("Lunch");
    for (const list of lists) await list.getByText("Late lunch").waitFor({ state: "detached" });
    await page.locator("#web[data-state=live]").waitFor({ state: "attached" });
    await page.locator("#react [data-state=live]").waitFor({ state: "attached" });

    await page.evaluate("leave()");
    await data.event("Tea");
    await page.locator("#react").getByText("Tea").waitFor();
    expect(await page.locator("#web").getByText("Tea").count()).toBe(0);
  });
});

const comparisons: Readonly<Record<string, string>> = { LessThan: "<", GreaterThan: ">" };

/** The syntax of a condition and an order in each language. `field`, `comparison` and `value` are named groups. */
const dialects = {
  kotlin: {
    filter: /\.where(?<comparison>\w+)\("(?<field>\w+)", Timestamp\((?<value>\w+)\)\)/g,
    order: /\.orderBy\("(?<field>\w+)"\)/g,
  },
  swift: {
    filter: /\.whereField\("(?<field>\w+)", is(?<comparison>\w+): Timestamp\(date: (?<value>\w+)\)\)/g,
    order: /\.order\(by: "(?<field>\w+)"\)/g,
  },
  dart: {
    filter: /\.where\('(?<field>\w+)', is(?<comparison>\w+): Timestamp\.fromDate\((?<value>\w+)\)\)/g,
    order: /\.orderBy\('(?<field>\w+)'\)/g,
  },
} as const;

describe("the recipes of docs/clients.md for phones, which are not compiled here", () => {
  test.each(Object.entries(dialects))("%s asks for what agendaQuery asks", (name, { filter, order }) => {
    const code = recipe(name);
    const filters = [...code.matchAll(filter)].map(({ groups = {} }) => ({
      field: groups["field"],
      op: comparisons[groups["comparison"] ?? ""],
      value: groups["value"],
    }));
    const orders = [...code.matchAll(order)].map(({ groups = {} }) => groups["field"]);
    const limits = { from: new Date(0), to: new Date(1) };
    const expected = agendaQuery("uid", limits.from, limits.to);
    expect(filters).toEqual(
      expected.filters.map(each => ({ ...each, value: each.value === limits.to ? "to" : "from" })),
    );
    expect(orders).toEqual(expected.orders.map(({ field }) => field));
    // There is no other condition in a form that the patterns above do not match.
    expect(code.match(/\.(where|order|limit)/g)).toHaveLength(filters.length + orders.length);
    const path = /collection\(["'](.+?)["']\)/.exec(code)?.[1]?.replace(/\$uid|\\\(uid\)/, "uid");
    expect(path).toBe(eventsPath("uid"));
  });

  test("the fields they read are in the schema", () => {
    const sample = eventDocument.parse(allDayEvent("Fair", "2026-11-23", 1));
    const fields = [...recipe("kotlin").matchAll(/getString\("([\w.]+)"\)/g)].map(([, field = ""]) => field);
    expect(fields).toEqual(["start.date", "end.date"]);
    for (const field of fields) {
      const value = field
        .split(".")
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], sample);
      expect(typeof value).toBe("string");
    }
  });
});
