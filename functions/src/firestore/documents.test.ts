import { FieldValue, Timestamp } from "firebase-admin/firestore";
import { describe, expect, test } from "@jest/globals";
import { newSyncState, started, stopped, syncState } from "../model/sync-state.ts";
import { storedState } from "./documents.ts";

const calendar = { uid: "u", accountId: "a", calendarId: "c", timeZone: "UTC" };
const nowMs = 1_767_600_000_123;

describe("a change of a sync state", () => {
  test("stores moments as dates, also inside other fields", () => {
    expect(
      storedState({ horizon: nowMs, lease: { holder: "h", taskId: "t", attempt: 0, expiresAt: nowMs } }),
    ).toEqual({
      horizon: new Date(nowMs),
      lease: { holder: "h", taskId: "t", attempt: 0, expiresAt: new Date(nowMs) },
    });
  });

  test("contains its own fields only: no default of another field", () => {
    expect(storedState({ epoch: 7, windowStart: null })).toEqual({ epoch: 7, windowStart: null });
  });

  test("removes a field that is undefined", () => {
    expect(storedState(started)).toEqual({
      active: true,
      inactiveReason: FieldValue.delete(),
      unwantedSince: FieldValue.delete(),
      lease: null,
    });
  });

  test("with a field that the schema lacks is refused, because it would be lost", () => {
    expect(() => storedState({ pulledAtMs: 1 } as never)).toThrow("pulledAtMs");
  });

  test("that stops a calendar notes since when its data is to be deleted, where it is", () => {
    expect(storedState(stopped("removed", nowMs))).toEqual({
      active: false,
      inactiveReason: "removed",
      unwantedSince: new Date(nowMs),
    });
    expect(storedState(stopped("reauth_required"))).toEqual({
      active: false,
      inactiveReason: "reauth_required",
    });
  });
});

describe("a stored sync state", () => {
  const stored = storedState(newSyncState(calendar, nowMs));

  test("is read as it was written", () => {
    expect(syncState.parse(stored)).toEqual(newSyncState(calendar, nowMs));
  });

  test("has Firestore's timestamps, read as milliseconds", () => {
    const pulledAt = Timestamp.fromMillis(nowMs);
    expect(syncState.parse({ ...stored, pulledAt }).pulledAt).toBe(nowMs);
  });

  test("of the first versions lacks some fields", () => {
    const { enabled: _e, listed: _l, fullSyncedAt: _f, unreadable: _u, ...first } = stored;
    expect(syncState.parse(first)).toMatchObject({ listed: null, fullSyncedAt: null, unreadable: [] });
  });

  test("with a field of another type is refused by name", () => {
    expect(() => syncState.parse({ ...stored, pulledAt: "yesterday" })).toThrow("pulledAt");
    expect(() => syncState.parse({ ...stored, lease: { holder: 1 } })).toThrow("holder");
  });
});
