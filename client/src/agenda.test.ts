import { beforeEach, describe, expect, test } from "@jest/globals";
import type { AgendaFilter } from "./agenda-filter.ts";
import { openAgenda, type AgendaUpdate } from "./agenda.ts";
import type { EventDocument } from "./documents.ts";
import { at, event } from "./documents.fixture.ts";
import type { Listen, LiveObserver } from "./live.ts";

/** A fake Firestore collection. It answers each query immediately; a test calls `deliver` after a change. */
class FakeCollection {
  readonly documents = new Map<string, EventDocument>();
  readonly listeners = new Map<
    object,
    { from: number; to: number; observer: LiveObserver<unknown>; ids: Set<string> }
  >();
  opened = 0;
  online = true;

  readonly listen: Listen = (query, observer) => {
    const [end, start] = query.filters.map(filter => (filter.value as Date).getTime());
    const token = {};
    this.listeners.set(token, { from: start ?? 0, to: end ?? 0, observer, ids: new Set() });
    this.opened += 1;
    this.deliver();
    return () => this.listeners.delete(token);
  };

  /** Sends every listener the changes of its query. */
  deliver(): void {
    for (const { from, to, observer, ids } of this.listeners.values()) {
      const matching = [...this.documents].filter(
        ([, d]) => d.startAt.toMillis() < to && d.endAt.toMillis() > from,
      );
      const gone = [...ids].filter(id => !matching.some(([other]) => other === id));
      const changes = [
        ...gone.map(id => ({ kind: "removed", id }) as const),
        ...matching.map(
          ([id, document]) => ({ kind: ids.has(id) ? "modified" : "added", id, document }) as const,
        ),
      ];
      for (const id of gone) ids.delete(id);
      for (const [id] of matching) ids.add(id);
      observer.next({ changes, fromCache: !this.online });
    }
  }
}

const dayMs = 86_400_000;
const day = (text: string) => new Date(`${text}T00:00:00Z`);
const on = (text: string, days = 1): EventDocument => ({
  ...event,
  startAt: at(day(text).getTime()),
  endAt: at(day(text).getTime() + days * dayMs),
});

let store: FakeCollection;
let updates: AgendaUpdate[];
let flushes: (() => void)[];
const flush = () => {
  for (const run of flushes.splice(0)) run();
};
const log = () =>
  updates.splice(0).flatMap(update => update.changes.map(change => `${change.kind} ${change.id}`));

beforeEach(() => {
  store = new FakeCollection();
  updates = [];
  flushes = [];
});

function open(marginDays = 0, filter?: AgendaFilter) {
  return openAgenda(
    {
      listen: store.listen,
      uid: "u",
      schedule: run => flushes.push(run),
      marginMs: marginDays * dayMs,
      filter,
    },
    {
      next: update => updates.push(update),
      error: failure => {
        throw new Error(failure.message);
      },
    },
  );
}

describe("openAgenda", () => {
  test("subscribes to the months in view and their margin only", () => {
    const agenda = open(7);
    agenda.show(day("2026-11-10"), day("2026-11-17"));
    expect(store.listeners.size).toBe(1);
    agenda.show(day("2026-11-01"), day("2026-12-01"));
    expect(store.listeners.size).toBe(3);
  });

  test("says which months are loaded", () => {
    const agenda = open(7);
    expect(agenda.loaded()).toBeUndefined();
    agenda.show(day("2026-11-02"), day("2026-11-29"));
    expect(agenda.loaded()).toEqual({ from: day("2026-10-01"), to: day("2027-01-01") });
    agenda.show(day("2026-11-10"), day("2026-11-17"));
    expect(agenda.loaded()).toEqual({ from: day("2026-11-01"), to: day("2026-12-01") });
  });

  test("asks for what is looked at before its margin", () => {
    const asked: string[] = [];
    const agenda = openAgenda(
      {
        listen: query => {
          asked.push((query.filters[1]?.value as Date).toISOString().slice(0, 7));
          return () => undefined;
        },
        uid: "u",
        schedule: () => undefined,
        marginMs: 7 * dayMs,
      },
      { next: () => undefined, error: () => undefined },
    );
    agenda.show(day("2026-11-01"), day("2026-12-01"));
    expect(asked).toEqual(["2026-11", "2026-10", "2026-12"]);
  });

  test("an event that touches two months is reported once", () => {
    store.documents.set("long", on("2026-11-29", 4));
    const agenda = open();
    agenda.show(day("2026-11-01"), day("2027-01-01"));
    flush();
    expect(log()).toEqual(["added long"]);
    store.documents.set("long", { ...on("2026-11-29", 4), summary: "changed" });
    store.deliver();
    flush();
    expect(log()).toEqual(["modified long"]);
  });

  test("an event that moves to another month in view is modified, never gone", () => {
    store.documents.set("e", on("2026-11-10"));
    const agenda = open();
    agenda.show(day("2026-11-01"), day("2027-01-01"));
    flush();
    log();
    store.documents.set("e", on("2026-12-10"));
    store.deliver();
    flush();
    expect(log()).toEqual(["modified e"]);
  });

  test("an event that shrinks out of one of its two months stays in the other, in its new shape", () => {
    store.documents.set("e", on("2026-11-29", 4));
    const agenda = open();
    agenda.show(day("2026-11-01"), day("2027-01-01"));
    flush();
    log();
    const shrunk = on("2026-11-29", 1);
    store.documents.set("e", shrunk);
    store.deliver();
    flush();
    expect(updates[0]?.changes).toEqual([{ kind: "modified", id: "e", document: shrunk }]);
  });

  test("documents that did not change are not reported again", () => {
    store.documents.set("e", on("2026-11-10"));
    const agenda = open();
    agenda.show(day("2026-11-01"), day("2026-12-01"));
    flush();
    log();
    store.documents.set("e", on("2026-11-10"));
    store.deliver();
    flush();
    expect(updates).toEqual([]);
  });

  test("moving on keeps the months that stay, opens one, lets one go", () => {
    store.documents.set("oct", on("2026-10-10")).set("nov", on("2026-11-10")).set("dec", on("2026-12-10"));
    const agenda = open();
    agenda.show(day("2026-10-01"), day("2026-12-01"));
    flush();
    log();
    agenda.show(day("2026-11-01"), day("2027-01-01"));
    flush();
    expect(log()).toEqual(["removed oct", "added dec"]);
    expect([store.opened, store.listeners.size]).toEqual([3, 2]);
  });

  test("asks first for the month that fills the view, then for those at its edges, then for the margin", () => {
    const agenda = open(30);
    agenda.show(day("2026-10-26"), day("2026-12-07"));
    const months = [...store.listeners.values()].map(({ from }) => new Date(from).getUTCMonth() + 1);
    expect(months).toEqual([11, 10, 12, 9, 1]);
  });

  test("paging through ten years keeps as few subscriptions as at the start", () => {
    const agenda = open(7);
    for (let n = 0; n < 120; n += 1) {
      agenda.show(new Date(Date.UTC(2026, n)), new Date(Date.UTC(2026, n + 1)));
      expect(store.listeners.size).toBeLessThanOrEqual(3);
    }
  });

  test("says whether the server has confirmed what is shown", () => {
    store.online = false;
    const agenda = open();
    agenda.show(day("2026-11-01"), day("2026-12-01"));
    flush();
    store.online = true;
    store.deliver();
    flush();
    expect(updates.map(update => update.state)).toEqual(["cached", "live"]);
  });

  test("is loading until every month in view has answered", () => {
    const silent: LiveObserver<unknown>[] = [];
    const agenda = openAgenda(
      {
        listen: (_q, observer) => {
          silent.push(observer);
          return () => undefined;
        },
        uid: "u",
        schedule: run => {
          run();
        },
        marginMs: 0,
      },
      { next: update => updates.push(update), error: () => undefined },
    );
    agenda.show(day("2026-11-01"), day("2027-01-01"));
    silent[0]?.next({ changes: [], fromCache: false });
    silent[1]?.next({ changes: [], fromCache: false });
    expect(updates.map(update => update.state)).toEqual(["loading", "live"]);
  });

  test("nothing is reported after close, and nothing listens", () => {
    const agenda = open();
    agenda.show(day("2026-11-01"), day("2026-12-01"));
    agenda.close();
    flush();
    expect([updates, store.listeners.size]).toEqual([[], 0]);
  });
});

describe("the filter of an agenda", () => {
  const declined: EventDocument = { ...on("2026-11-10"), selfResponse: "declined" };
  const november = [day("2026-11-01"), day("2026-12-01")] as const;
  const withoutDeclined: AgendaFilter = { declined: "hide" };

  beforeEach(() => {
    store.documents.set("plain", on("2026-11-11")).set("declined", declined);
  });

  test("hides events from the start", () => {
    open(0, withoutDeclined).show(...november);
    flush();
    expect(log()).toEqual(["added plain"]);
  });

  test("can change while events are shown, and nothing is read again", () => {
    const agenda = open();
    agenda.show(...november);
    flush();
    log();
    agenda.setFilter(withoutDeclined);
    flush();
    expect(log()).toEqual(["removed declined"]);
    agenda.setFilter();
    flush();
    expect(log()).toEqual(["added declined"]);
    agenda.setFilter({ calendars: [event.calendarKey] });
    flush();
    expect(updates).toEqual([]);
    expect(store.opened).toBe(1);
  });

  test("an event that is changed so that it is hidden, and changed back, is removed and added", () => {
    const agenda = open(0, withoutDeclined);
    agenda.show(...november);
    flush();
    log();
    store.documents.set("plain", { ...on("2026-11-11"), selfResponse: "declined" });
    store.deliver();
    flush();
    expect(log()).toEqual(["removed plain"]);
    store.documents.set("plain", on("2026-11-11"));
    store.deliver();
    flush();
    expect(log()).toEqual(["added plain"]);
  });

  test("applies to the months that are shown later, and what is hidden is shown as it is then", () => {
    store.documents.set("december", { ...on("2026-12-10"), selfResponse: "declined" });
    const agenda = open(0, withoutDeclined);
    agenda.show(...november);
    agenda.show(november[0], day("2027-01-01"));
    flush();
    expect(log()).toEqual(["added plain"]);
    const renamed = { ...declined, summary: "renamed" };
    store.documents.set("declined", renamed);
    store.deliver();
    agenda.setFilter({ where: ({ summary }) => summary === "renamed" });
    flush();
    expect(updates[0]?.changes).toEqual([
      { kind: "removed", id: "plain" },
      { kind: "added", id: "declined", document: renamed },
    ]);
  });

  test("says nothing before something is shown, nor after close", () => {
    const agenda = open();
    agenda.setFilter(withoutDeclined);
    flush();
    expect(updates).toEqual([]);
    agenda.show(...november);
    flush();
    expect(log()).toEqual(["added plain"]);
    agenda.setFilter();
    agenda.close();
    flush();
    expect(updates).toEqual([]);
  });
});
