import { readFileSync } from "node:fs";
import { join } from "node:path";
import { costDocument } from "./document.ts";
import type { Counted } from "./operations.ts";

type Results = Readonly<
  Record<string, { readonly numbers?: Readonly<Record<string, number>>; readonly measuredAt: string }>
>;

/** The text of docs/cost.md from bench/results.json, before prettier. Throws if a benchmark was not measured. */
export function computeDocument(): string {
  const results = JSON.parse(
    readFileSync(join(import.meta.dirname, "..", "results.json"), "utf8"),
  ) as Results;
  const counted: Counted = (benchmark, name) => {
    const value = results[benchmark]?.numbers?.[name];
    if (value === undefined)
      throw new Error(`measure first: ${name} (npm run bench -- --write ${benchmark})`);
    return value;
  };
  const dates = ["pull-cost", "designs", "storage"].map(name => results[name]?.measuredAt ?? "");
  return costDocument(counted, [...new Set(dates)].join(", "));
}
