import { describe, expect, test } from "@jest/globals";
import { eventDocument, type EventDocument } from "./documents.ts";
import { event } from "./documents.fixture.ts";
import { subscribe, type LiveObserver, type LiveUpdate } from "./live.ts";
import { agendaQuery } from "./queries.ts";

const query = agendaQuery("u", new Date(0), new Date(1));

function setUp() {
  let source: LiveObserver<unknown> | undefined;
  let stops = 0;
  const updates: LiveUpdate<EventDocument>[] = [];
  const invalid: [string, readonly string[]][] = [];
  const errors: string[] = [];
  const unsubscribe = subscribe(
    (_query, observer) => {
      source = observer;
      return () => (stops += 1);
    },
    query,
    eventDocument,
    {
      next: update => updates.push(update),
      error: failure => errors.push(failure.code),
      invalid: (id, issues) => invalid.push([id, issues]),
    },
  );
  if (!source) throw new Error("nothing listens");
  return { source, updates, invalid, errors, unsubscribe, stops: () => stops };
}

describe("subscribe", () => {
  test("one malformed document is left out and named, the others come", () => {
    const { source, updates, invalid } = setUp();
    source.next({
      changes: [
        { kind: "added", id: "good", document: event },
        { kind: "added", id: "bad", document: { ...event, startAt: "secret text" } },
      ],
      fromCache: false,
    });
    expect(updates).toEqual([
      { changes: [{ kind: "added", id: "good", document: event }], fromCache: false },
    ]);
    expect(invalid).toEqual([["bad", ["startAt: custom"]]]);
  });

  test("a document that stops to fit is removed, and comes back as added", () => {
    const { source, updates } = setUp();
    const change = (kind: "added" | "modified", document: unknown) => {
      source.next({ changes: [{ kind, id: "e", document }], fromCache: false });
    };
    change("added", event);
    change("modified", { ...event, etag: null });
    change("modified", event);
    expect(updates.flatMap(update => update.changes.map(c => c.kind))).toEqual(["added", "removed", "added"]);
  });

  test("the removal of a document that never fitted is not reported", () => {
    const { source, updates } = setUp();
    source.next({ changes: [{ kind: "added", id: "e", document: {} }], fromCache: false });
    source.next({ changes: [{ kind: "removed", id: "e" }], fromCache: false });
    expect(updates.flatMap(update => update.changes)).toEqual([]);
  });

  test("nothing arrives after the teardown, and the second teardown does nothing", () => {
    const { source, updates, errors, unsubscribe, stops } = setUp();
    unsubscribe();
    unsubscribe();
    source.next({ changes: [{ kind: "added", id: "e", document: event }], fromCache: false });
    source.error({ code: "permission-denied", message: "" });
    expect([updates, errors, stops()]).toEqual([[], [], 1]);
  });
});
