import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { deleteApp, initializeApp, type FirebaseApp } from "firebase/app";
import { connectFunctionsEmulator, getFunctions } from "firebase/functions";
import {
  callableNames,
  type CalendarFunctions,
  type DeployedAs,
  type EventWriteFunctions,
} from "./callables.ts";
import { calendarFunctions, eventWriteFunctions } from "./web-functions.ts";

/** Stands in for the functions. Answers every call with `answer`, and records it. */
let server: Server;
let app: FirebaseApp;
let calls: { readonly path: string | undefined; readonly data: unknown }[];
let answer: object;

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then(body => {
      calls.push({ path: request.url, data: (JSON.parse(body) as { data: unknown }).data });
      const status = "error" in answer ? 429 : 200;
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>(listening => server.listen(0, "127.0.0.1", listening));
  app = initializeApp({ projectId: "demo-app", apiKey: "local" });
});
afterAll(async () => {
  await deleteApp(app);
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  calls = [];
  answer = { result: {} };
});

function open(region: string | undefined, deployedAs?: DeployedAs): CalendarFunctions & EventWriteFunctions {
  const functions = getFunctions(app, region);
  connectFunctionsEmulator(functions, "127.0.0.1", (server.address() as AddressInfo).port);
  return { ...calendarFunctions(functions, deployedAs), ...eventWriteFunctions(functions, deployedAs) };
}

const time = { dateTime: "2026-11-23T09:00:00Z" };

/** Calls every function, in the order of `callableNames`. */
async function callAll(functions: CalendarFunctions & EventWriteFunctions): Promise<void> {
  await functions.connectAccount({ returnTo: "https://app.example/" });
  await functions.confirmConnect({ confirmation: "c" });
  await functions.disconnectAccount({ accountId: "a" });
  await functions.setCalendarEnabled({ calendarKey: "k", enabled: false });
  await functions.setCalendarWindow({ calendarKey: "k", pastDays: 90, futureDays: null });
  await functions.syncNow({ calendarKey: "k", ifStale: true });
  await functions.respondToEvent({ calendarKey: "k", eventId: "e", response: "accepted" });
  await functions.createEvent({
    calendarKey: "k",
    event: { start: time, end: time },
    requestId: "request-1",
  });
  await functions.updateEvent({ calendarKey: "k", eventId: "e", changes: { summary: "Tea" }, etag: "v1" });
  await functions.deleteEvent({ calendarKey: "k", eventId: "e", etag: "v1", scope: "all" });
  await functions.moveEvent({ calendarKey: "k", eventId: "e", toCalendarKey: "l", etag: "v1" });
}

test("calls each function by its name, in the region of the SDK, with its input", async () => {
  await callAll(open("europe-west1"));
  expect(calls.map(({ path }) => path)).toEqual(callableNames.map(name => `/demo-app/europe-west1/${name}`));
  expect(calls.map(({ data }) => data)).toEqual([
    { returnTo: "https://app.example/" },
    { confirmation: "c" },
    { accountId: "a" },
    { calendarKey: "k", enabled: false },
    { calendarKey: "k", pastDays: 90, futureDays: null },
    { calendarKey: "k", ifStale: true },
    { calendarKey: "k", eventId: "e", response: "accepted" },
    { calendarKey: "k", event: { start: time, end: time }, requestId: "request-1" },
    { calendarKey: "k", eventId: "e", changes: { summary: "Tea" }, etag: "v1" },
    { calendarKey: "k", eventId: "e", etag: "v1", scope: "all" },
    { calendarKey: "k", eventId: "e", toCalendarKey: "l", etag: "v1" },
  ]);
});

test("calls the functions of a kit by their prefixed names", async () => {
  await callAll(open("europe-west2", { instance: "calendar" }));
  const names = callableNames.map(name => `/demo-app/europe-west2/kit-calendar-${name}`);
  expect(calls.map(({ path }) => path)).toEqual(names);
});

test("has the SDK's default region and no other", async () => {
  await open(undefined).disconnectAccount({ accountId: "a" });
  expect(calls[0]?.path).toBe("/demo-app/us-central1/disconnectAccount");
});

test("returns the answers", async () => {
  const functions = open("europe-west1");
  answer = { result: { url: "https://accounts.google.com/" } };
  expect(await functions.connectAccount({})).toEqual({ url: "https://accounts.google.com/" });
  answer = { result: { connectError: "access_denied" } };
  expect(await functions.confirmConnect({ confirmation: "c" })).toEqual({ connectError: "access_denied" });
  answer = { result: { waiting: true } };
  expect(await functions.setCalendarEnabled({ calendarKey: "k", enabled: true })).toEqual({ waiting: true });
  const written = { eventId: "e", etag: "v2" };
  answer = { result: written };
  const event = { calendarKey: "k", eventId: "e" };
  expect(await functions.respondToEvent({ ...event, response: "declined" })).toEqual(written);
  expect(await functions.updateEvent({ ...event, changes: {} })).toEqual(written);
  expect(await functions.moveEvent({ ...event, toCalendarKey: "l" })).toEqual(written);
  const created = { calendarKey: "k", event: { start: time, end: time }, requestId: "request-1" };
  expect(await functions.createEvent(created)).toEqual(written);
  expect(await functions.deleteEvent(event)).toEqual(written);
});

test("rejects with the code, the sentence and the details of a failure", async () => {
  const details = { retryAfterSeconds: 60 };
  answer = { error: { status: "RESOURCE_EXHAUSTED", message: "Try again in a minute.", details } };
  const call = open("europe-west1").syncNow({ calendarKey: "k", full: true });
  const code = "functions/resource-exhausted";
  await expect(call).rejects.toMatchObject({ code, message: expect.stringContaining("Try again"), details });
});
