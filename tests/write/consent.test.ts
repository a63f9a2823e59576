import { expect, test } from "@jest/globals";
import { GooglePeople } from "../account/google-people.ts";
import { settle, useStack } from "../account/shared-stack.ts";
import { call, type CallAnswer } from "../../stack/client/callables.ts";
import { answerConsent, connect, consentUrl, finish } from "../../stack/client/connect.ts";
import { until } from "../../stack/client/until.ts";
import { signUp, type Person } from "../../stack/client/users.ts";
import { control, stack } from "../running-stack.ts";
import { newEvent } from "./write-people.ts";

const people = new GooglePeople();
const cora = people.add("cora");
const dan = people.add("dan");
const db = useStack(people);

const needsConsent: unknown = expect.objectContaining({
  error: {
    status: "FAILED_PRECONDITION",
    message: expect.stringMatching(/Connect the account again/),
    details: expect.objectContaining({ reason: "needsConsent" }),
  },
});

/** Connects as before the deployment had write access. */
async function connectToRead(person: Person, email: string): Promise<void> {
  const url = new URL(await consentUrl(person));
  const events = "https://www.googleapis.com/auth/calendar.events";
  const scopes = (url.searchParams.get("scope") ?? "").split(" ");
  url.searchParams.set(
    "scope",
    scopes.map(scope => (scope === events ? `${events}.readonly` : scope)).join(" "),
  );
  expect(await finish(person, await answerConsent(url.href, email))).toHaveProperty("connected");
}

test("an account that was connected to read: the user is asked to connect it again, and then the next call works", async () => {
  const person = await signUp(stack);
  await connectToRead(person, cora);
  const { accountId, key: calendarKey } = await settleAsIs(person);
  const input = { calendarKey, ...newEvent("At last") };
  const create = async (): Promise<CallAnswer> => await call(person, "createEvent", input);
  // The function's instance has the account's token in its memory from the first call on.
  expect(await create()).toEqual(needsConsent);
  expect(await create()).toEqual(needsConsent);
  const account = db.doc(`users/${person.uid}/calendarAccounts/${accountId}`);
  expect((await account.get()).data()).toMatchObject({ status: "active" });
  expect((await account.get()).data()).not.toHaveProperty("canWrite");

  expect(await connect(person, cora)).toBe(accountId);
  expect((await account.get()).data()).toMatchObject({ status: "active", canWrite: true });
  const answer = await create();
  expect(answer).toMatchObject({ status: 200 });
  const { eventId } = answer.result as { readonly eventId: string };
  await until("the event", async () => {
    const document = await db.doc(`users/${person.uid}/calendarEvents/${calendarKey}_${eventId}`).get();
    return document.get("summary") === "At last";
  });
});

test("an account whose grant was withdrawn at Google: needsConsent, also when nobody has noticed before", async () => {
  const person = await signUp(stack);
  const { key: calendarKey } = await settle(db, person, dan);
  await control.revokeGrants(dan);
  expect(await call(person, "createEvent", { calendarKey, ...newEvent("Too late") })).toEqual(needsConsent);
});

/** The account and the calendar of a user who has connected one, when its calendar is live. */
async function settleAsIs({ uid }: Person): Promise<{ readonly accountId: string; readonly key: string }> {
  return await until("a live calendar", async () => {
    const { docs } = await db.collection(`users/${uid}/calendars`).get();
    const live = docs.find(calendar => calendar.get("sync.phase") === "live");
    return live && { accountId: String(live.get("accountId")), key: live.id };
  });
}
