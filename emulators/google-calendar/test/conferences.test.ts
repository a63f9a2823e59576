import { beforeEach, describe, expect, test } from "@jest/globals";
import type { calendar_v3 } from "googleapis/build/src/apis/calendar";
import { ALICE, at, BOB, failure, useHarness } from "./harness.ts";

const harness = useHarness();
let alice: calendar_v3.Calendar;
beforeEach(async () => {
  alice = await harness.client();
});

const eventId = "meeting0";
const request = (requestId: string, type = "hangoutsMeet"): calendar_v3.Schema$Event => ({
  conferenceData: { createRequest: { requestId, conferenceSolutionKey: { type } } },
});
const insert = async (
  requestBody: calendar_v3.Schema$Event,
  conferenceDataVersion?: number,
): Promise<calendar_v3.Schema$Event> =>
  (
    await alice.events.insert({
      calendarId: "primary",
      ...(conferenceDataVersion === undefined ? {} : { conferenceDataVersion }),
      requestBody: { ...at(9), id: eventId, ...requestBody },
    })
  ).data;
const patch = async (
  requestBody: calendar_v3.Schema$Event,
  conferenceDataVersion?: number,
): Promise<calendar_v3.Schema$Event> =>
  (
    await alice.events.patch({
      calendarId: "primary",
      eventId,
      ...(conferenceDataVersion === undefined ? {} : { conferenceDataVersion }),
      requestBody,
    })
  ).data;
/** Removes the conference: the client's types do not know null here. */
const NONE = { conferenceData: null } as unknown as calendar_v3.Schema$Event;

describe("conferences", () => {
  test("createRequest makes one, guests see it", async () => {
    const made = await insert({ ...request("one"), attendees: [{ email: BOB }] }, 1);
    expect(made.hangoutLink).toMatch(/^https:\/\/meet\.google\.com\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
    expect(made.conferenceData).toMatchObject({
      createRequest: { requestId: "one", status: { statusCode: "success" } },
      entryPoints: [{ entryPointType: "video", uri: made.hangoutLink }],
      conferenceSolution: { key: { type: "hangoutsMeet" }, name: "Google Meet" },
      conferenceId: made.hangoutLink?.slice("https://meet.google.com/".length),
    });
    const copy = await (await harness.client(BOB)).events.get({ calendarId: "primary", eventId });
    expect(copy.data).toMatchObject({ hangoutLink: made.hangoutLink, conferenceData: made.conferenceData });
  });

  test("the same request id makes no second one, another does", async () => {
    const { hangoutLink: first } = await insert(request("one"), 1);
    await patch({ conferenceData: { notes: "Please mute" } }, 1);
    expect(await patch(request("one"), 1)).toMatchObject({
      hangoutLink: first,
      conferenceData: { notes: "Please mute" },
    });
    const { hangoutLink: second, conferenceData } = await patch(request("two"), 1);
    expect(second).not.toBe(first);
    expect(conferenceData?.entryPoints).toHaveLength(1);
  });

  test("version 0 ignores conference data, and keeps what is there", async () => {
    expect(await insert(request("one"))).not.toHaveProperty("conferenceData");
    const { hangoutLink } = await patch(request("one"), 1);
    await patch(NONE);
    await patch(request("two"), 0);
    await alice.events.update({ calendarId: "primary", eventId, requestBody: at(10) });
    const { data } = await alice.events.get({ calendarId: "primary", eventId });
    expect(data.hangoutLink).toBe(hangoutLink);
    expect(data.conferenceData?.createRequest?.requestId).toBe("one");
  });

  test("null with version 1 removes it; so does an update without it", async () => {
    await insert(request("one"), 1);
    const without = await patch(NONE, 1);
    expect(without).not.toHaveProperty("conferenceData");
    expect(without).not.toHaveProperty("hangoutLink");
    expect(await patch(request("two"), 1)).toHaveProperty("hangoutLink");
    const { data } = await alice.events.update({
      calendarId: "primary",
      eventId,
      conferenceDataVersion: 1,
      requestBody: at(9),
    });
    expect(data).not.toHaveProperty("hangoutLink");
  });

  test("conference data of another event can be copied", async () => {
    const { conferenceData, hangoutLink } = await insert(request("one"), 1);
    const { createRequest: _request, ...copied } = conferenceData ?? {};
    const copy = await insert({ id: "second0", conferenceData: copied }, 1);
    expect([copy.hangoutLink, copy.conferenceData]).toEqual([hangoutLink, copied]);
    const whole = await insert({ id: "third0", conferenceData: conferenceData ?? {} }, 1);
    expect([whole.hangoutLink, whole.conferenceData]).toEqual([hangoutLink, conferenceData]);
  });

  test("an update without conference support keeps the link of any conference", async () => {
    const hangoutLink = "https://meet.example.com/abc";
    const conferenceData = { conferenceSolution: { key: { type: "addOn" } }, entryPoints: [] };
    const events = [{ ...at(9), id: eventId, hangoutLink, conferenceData }];
    const calendars = [{ id: ALICE, summary: "Alice", timeZone: "UTC", primary: true, events }];
    await harness.control("PUT", "state", { users: [{ email: ALICE, calendars }] });
    const { data } = await alice.events.update({ calendarId: "primary", eventId, requestBody: at(10) });
    expect(data).toMatchObject({ hangoutLink, conferenceData });
  });

  test("a request without an id, and an unknown solution, are refused", async () => {
    expect(await failure(insert(request(""), 1))).toMatchObject({ status: 400, reason: "required" });
    expect(await failure(insert(request("one", "telepathy"), 1))).toMatchObject({
      status: 400,
      reason: "invalid",
      message: "Invalid conference type value.",
    });
  });
});
