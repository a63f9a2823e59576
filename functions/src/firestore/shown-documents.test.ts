import { describe, expect, test } from "@jest/globals";
import { FieldValue, Timestamp } from "firebase-admin/firestore";
import type { CalendarListDocument } from "./documents.ts";
import { type Database, databaseOf, type Writer } from "./output.ts";
import { showAccount } from "./shown-documents.ts";

const now = Timestamp.fromMillis(1_800_000_000_000);
const record: CalendarListDocument = {
  uid: "uid",
  active: true,
  status: "active",
  statusSince: now,
  email: "ada@example.com",
  connectedAt: now,
  pushUnsupported: false,
  syncToken: "token",
  revision: 1,
};
const shownRecord = { status: "active", statusSince: now, email: "ada@example.com", connectedAt: now };

/** What is written about an account with this record. */
function shown(account: CalendarListDocument, writeAccess: boolean): unknown[] {
  const written: unknown[] = [];
  const firestore = { doc: (path: string) => path } as unknown as Parameters<typeof databaseOf>[0];
  const db: Database = databaseOf(firestore, "users", writeAccess);
  const writer = {
    set: (path: string, fields: object, options: object) => {
      written.push([path, fields, options]);
    },
  } as unknown as Writer;
  showAccount(db, writer, "account", account);
  return written;
}

describe("a user sees of an account", () => {
  const path = "users/uid/calendarAccounts/account";

  test("nothing about writing without a consent to it, whatever the deployment can do", () => {
    for (const writeAccess of [true, false])
      expect(shown(record, writeAccess)).toEqual([[path, shownRecord, {}]]);
  });

  test("that it can write, if the consent and the deployment allow it", () => {
    const account = { ...record, canWrite: true };
    expect(shown(account, true)).toEqual([[path, { ...shownRecord, canWrite: true }, {}]]);
    expect(shown(account, false)).toEqual([[path, shownRecord, {}]]);
  });

  test("the same if its record is one of the first versions, and a forged field is removed", () => {
    const { email: _email, ...first } = record;
    const mask = expect.arrayContaining(["canWrite"]) as unknown;
    const fields = (canWrite: unknown) => expect.objectContaining({ canWrite }) as unknown;
    expect(shown({ ...first, canWrite: true }, true)).toEqual([[path, fields(true), { mergeFields: mask }]]);
    expect(shown({ ...first, canWrite: true }, false)).toEqual([
      [path, fields(FieldValue.delete()), { mergeFields: mask }],
    ]);
  });
});
