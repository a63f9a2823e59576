import { describe, expect, test } from "@jest/globals";
import type { EventWrite, StoredSeries } from "../ports/sync.port.ts";
import { event } from "./testing/sync-store-contract.fake.ts";
import { eventIdOf } from "./change-feed.ts";
import { WriteBuffer } from "./commit-queue.ts";

const put = (eventId: string, description = ""): EventWrite => ({
  kind: "set",
  event: event(eventId, { description }),
});
const remove = (eventId: string): EventWrite => ({ kind: "delete", eventId, why: "cancelled" });
const series = (seriesId: string): StoredSeries => ({
  seriesId,
  master: null,
  exceptions: {},
  dirty: false,
  open: false,
});
const many = (count: number): EventWrite[] => Array.from({ length: count }, (_, n) => put(`event${n}`));
const megabyte = "x".repeat(899_000);

/** The contents of the commits, in order, until the buffer is empty. */
function drain(buffer: WriteBuffer): { ids: string[]; bytes: number; dirty: boolean[] }[] {
  const batches = [];
  for (let guard = 0; guard < 1_000; guard++) {
    const { events, series: changed } = buffer.take();
    if (events.length + changed.length === 0) return batches;
    batches.push({
      ids: events.map(eventIdOf),
      bytes: Buffer.byteLength(JSON.stringify([events, changed])),
      dirty: changed.map(write => write.kind === "set" && write.series.dirty),
    });
  }
  throw new Error("never empty");
}

describe("WriteBuffer", () => {
  test("a commit holds no more writes than it may, in the order in which they came", () => {
    const buffer = new WriteBuffer(480);
    buffer.add(many(1_000));
    const batches = drain(buffer);
    expect(batches.map(({ ids }) => ids.length)).toEqual([480, 480, 40]);
    expect(batches.flatMap(({ ids }) => ids)).toEqual(many(1_000).map(eventIdOf));
  });

  test("nor more bytes than a request, whatever the events hold", () => {
    const buffer = new WriteBuffer(480);
    buffer.add(Array.from({ length: 12 }, (_, n) => put(`large${n}`, megabyte)));
    const batches = drain(buffer);
    expect(batches.flatMap(({ ids }) => ids).length).toBe(12);
    expect(Math.max(...batches.map(({ bytes }) => bytes))).toBeLessThan(5_000_000);
  });

  test("is full as soon as one commit cannot hold it, and whatever is not full fits into one", () => {
    for (const writes of [many(481), Array.from({ length: 5 }, (_, n) => put(`large${n}`, megabyte))]) {
      const buffer = new WriteBuffer(480);
      buffer.add(writes.slice(0, -1));
      expect(buffer.isFull).toBe(false);
      buffer.add(writes.slice(-1));
      expect(buffer.isFull).toBe(true);
      while (buffer.isFull) buffer.take();
      buffer.take();
      expect(buffer.take().events).toEqual([]);
    }
  });

  test("only the last write of an event counts", () => {
    const buffer = new WriteBuffer(480);
    buffer.add([put("a", "old"), put("b"), remove("b"), put("a", "new")]);
    expect(buffer.get("b")).toEqual(remove("b"));
    expect(buffer.take().events).toEqual([remove("b"), put("a", "new")]);
    expect(buffer.get("a")).toBeUndefined();
  });

  test("the same event again and again never makes more than one write, nor an endless loop", () => {
    const buffer = new WriteBuffer(480);
    for (let n = 0; n < 10; n++) buffer.add([put("a", megabyte)]);
    expect(drain(buffer).flatMap(({ ids }) => ids)).toEqual(["a"]);
    expect(buffer.isFull).toBe(false);
  });

  test("nor does it count as more while it waits", () => {
    const buffer = new WriteBuffer(480);
    buffer.add(many(480));
    for (let n = 0; n < 3; n++) buffer.add([put("event0")]);
    expect(buffer.isFull).toBe(false);
  });

  test("nor as larger", () => {
    const buffer = new WriteBuffer(480);
    buffer.addTogether({ events: [put("a", megabyte), put("b", megabyte)] });
    for (const id of ["a", "b"]) buffer.add([put(id)]);
    for (const id of ["c", "d", "e", "f"]) buffer.add([put(id, megabyte)]);
    expect(buffer.isFull).toBe(false);
    expect(drain(buffer).map(({ ids }) => ids)).toEqual([["a", "b", "c", "d", "e", "f"]]);
  });

  test("a series and its occurrences share a commit", () => {
    const buffer = new WriteBuffer(480);
    buffer.add(many(300));
    buffer.addTogether({
      events: Array.from({ length: 400 }, (_, n) => put(`s_${n}`)),
      series: { kind: "set", series: series("s") },
    });
    const batches = drain(buffer);
    expect(batches.map(({ ids }) => ids.length)).toEqual([300, 400]);
    expect(batches.map(({ dirty }) => dirty)).toEqual([[], [false]]);
  });

  test("a series too large for a commit is marked dirty until its last part", () => {
    const buffer = new WriteBuffer(480);
    buffer.addTogether({ events: many(1_200), series: { kind: "set", series: series("s") } });
    const batches = drain(buffer);
    expect(batches.every(({ ids }) => ids.length <= 480)).toBe(true);
    expect(batches.flatMap(({ dirty }) => dirty)).toEqual([true, false]);
    expect(batches[0]?.dirty).toEqual([true]);
    expect(batches.at(-1)?.dirty).toEqual([false]);
  });

  test("series count like events, by number and by bytes", () => {
    const large = { originalStartTime: { date: megabyte }, cancelled: true };
    for (const exceptions of [{}, { large }]) {
      const buffer = new WriteBuffer(6);
      for (let n = 0; n < 12; n++)
        buffer.addTogether({
          events: [put(`s${n}_1`)],
          series: { kind: "set", series: { ...series(`s${n}`), exceptions } },
        });
      const batches = drain(buffer);
      expect(batches.map(({ ids }) => ids.length)).toEqual([3, 3, 3, 3]);
      expect(Math.max(...batches.map(({ bytes }) => bytes))).toBeLessThan(4 * 1024 * 1024);
    }
  });

  test("a large series of large events is spread over as many commits as it takes, and over no more", () => {
    const buffer = new WriteBuffer(480);
    const events = Array.from({ length: 8 }, (_, n) => put(`s_${n}`, megabyte));
    const exceptions = { large: { originalStartTime: { date: megabyte }, cancelled: true } };
    buffer.addTogether({ events, series: { kind: "set", series: { ...series("s"), exceptions } } });
    const batches = drain(buffer);
    expect(batches.map(({ ids }) => ids.length)).toEqual([2, 4, 2]);
    expect(batches.flatMap(({ ids }) => ids)).toEqual(events.map(eventIdOf));
    expect(batches.map(({ dirty }) => dirty)).toEqual([[true], [], [false]]);
  });
});
