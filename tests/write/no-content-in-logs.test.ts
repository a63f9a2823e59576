import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { settle, useStack } from "../account/shared-stack.ts";
import { GooglePeople } from "../account/google-people.ts";
import { call } from "../../stack/client/callables.ts";
import { signUp } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import { newEvent } from "./write-people.ts";

const people = new GooglePeople();
const lena = people.add("lena");
const db = useStack(people);

/** The form of access and refresh tokens, at Google and at the local Google. */
const tokens = /ya29\.[\w-]{12}|1\/\/0[\w-]{12}|1%2F%2F0[\w-]{12}/;
/** In every text that an app sends. */
const secret = "Zwetschgenkuchen";
const texts = {
  summary: `${secret} for Kim`,
  description: `The recipe of ${secret}`,
  location: `${secret} Street`,
  attendees: [{ email: `${secret.toLowerCase()}@example.com`, displayName: secret }],
};

test("no log holds what an event says, or a token, whether a write succeeds or fails", async () => {
  const person = await signUp(stack);
  const { key: calendarKey } = await settle(db, person, lena);
  const ask = async (name: string, data: object) => await call(person, name, { calendarKey, ...data });

  const { event } = newEvent("", texts);
  const good = { event: { ...event, ...texts }, requestId: `request-${secret}` };
  const { result } = await ask("createEvent", good);
  const made = result as { readonly eventId: string; readonly etag: string };
  const change = { ...made, changes: texts };
  // Refused as input, refused by Google, changed meanwhile, failed, answers lost.
  const answers = [
    await ask("createEvent", { ...good, event: { ...good.event, unknown: secret } }),
    await ask("createEvent", { ...good, event: { ...good.event, summary: secret.repeat(100) } }),
    await ask("updateEvent", { ...change, etag: `"${secret}"` }),
    await ask("respondToEvent", { eventId: made.eventId, response: "accepted", comment: secret }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 409, 400]);
  for (const fault of [
    { status: 400, reason: "invalid", message: `Invalid value ${secret}` },
    { status: 403, reason: "forbidden", message: `No ${secret} for you` },
    { status: 403, reason: "rateLimitExceeded", message: secret },
    { status: 500, body: `<html>${secret}</html>` },
    { drop: true, when: "after" },
    { status: 200, body: `<html>${secret}</html>` },
  ] as const) {
    await control.fault({ method: "PATCH", ...fault, times: 1 });
    await ask("updateEvent", {
      ...change,
      changes: { ...texts, location: `${secret} ${JSON.stringify(fault)}` },
    });
    await control.clearFaults();
  }
  await control.fault({ path: "/token", status: 503, reason: "backendError", times: 1 });
  await control.advanceClock(3_700_000);
  await ask("deleteEvent", { eventId: made.eventId });

  const logs = readdirSync(stack.logFolder).filter(name => name.endsWith(".log"));
  const text = new Map(logs.map(name => [name, readFileSync(join(stack.logFolder, name), "utf8")]));
  // The log of the functions has the lines of these calls.
  expect(text.get("suite.log")).toContain("event written");
  expect(text.get("suite.log")).toContain("event not written");
  const found = [...text].flatMap(([name, lines]) =>
    lines
      .split("\n")
      .filter(line => tokens.test(line) || line.toLowerCase().includes(secret.toLowerCase()))
      .map(line => `${name}: ${line.slice(0, 200)}`),
  );
  expect(found).toEqual([]);
});
