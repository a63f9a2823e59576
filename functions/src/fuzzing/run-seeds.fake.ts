import { changeKind, changeText, type Change } from "./answer-changes.fake.ts";

/** A violated invariant. */
export interface Violation {
  readonly invariant: "I1" | "I2" | "I3" | "I4" | "I5";
  /** The kind of violation, without ids. */
  readonly what: string;
  readonly detail: string;
  /** The number of the sync within the case, from 1. */
  readonly step: number;
}

export interface PlayedCase {
  readonly violation: Violation | undefined;
  /** All changes of the answers. */
  readonly changes: readonly Change[];
}

/** Plays the case of a seed. With `given`, makes these changes instead of changes from the seed. */
export type PlayCase = (seed: number, given?: readonly Change[]) => Promise<PlayedCase>;

interface Found {
  readonly seed: number;
  readonly violation: Violation;
  readonly changes: readonly Change[];
}

/** `FUZZ` sets the number of cases, `FUZZ_SEED` the first, `FUZZ_REPORT=1` counts violations by kind. */
export interface FuzzSettings {
  readonly cases: number;
  readonly firstSeed: number;
  readonly report: boolean;
}

export function fuzzSettings(env: Readonly<Record<string, string | undefined>>, cases: number): FuzzSettings {
  return {
    cases: Number(env["FUZZ"] ?? (env["FUZZ_SEED"] === undefined ? cases : 1)),
    firstSeed: Number(env["FUZZ_SEED"] ?? 1),
    report: env["FUZZ_REPORT"] === "1",
  };
}

const progressEvery = 5_000;

/**
 * Throws at the first violation. With `report`, plays all cases and then throws an error that lists the kinds of
 * violations.
 */
export async function runSeeds(
  name: string,
  play: PlayCase,
  { cases, firstSeed, report }: FuzzSettings,
): Promise<void> {
  const kinds = new Map<string, Found[]>();
  for (let index = 0; index < cases; index++) {
    const seed = firstSeed + index;
    const { violation, changes } = await play(seed);
    if (violation !== undefined) {
      const found = await smallest(play, { seed, violation, changes });
      if (!report) throw new Error(foundText(found));
      const kind = kindOf(found);
      kinds.set(kind, [...(kinds.get(kind) ?? []), found]);
    }
    if ((index + 1) % progressEvery === 0) process.stderr.write(`${name}: ${index + 1} of ${cases} cases\n`);
  }
  if (kinds.size > 0) throw new Error(reportText(name, cases, kinds));
}

/** Removes changes one by one, as long as the same invariant is violated in the same way. */
async function smallest(play: PlayCase, found: Found): Promise<Found> {
  let least = found;
  for (const change of found.changes) {
    if (least.changes.length === 1) break;
    const given = least.changes.filter(one => one !== change);
    const { violation } = await play(found.seed, given);
    const same =
      violation?.invariant === found.violation.invariant && violation.what === found.violation.what;
    if (same) least = { ...least, violation, changes: given };
  }
  return least;
}

function kindOf({ violation, changes }: Found): string {
  const of = [...new Set(changes.map(changeKind))].sort().join(" + ");
  return `${violation.invariant} ${violation.what} <- ${of.slice(0, 300)}`;
}

function foundText({ seed, violation, changes }: Found): string {
  const { invariant, what, detail, step } = violation;
  const lines = changes.map(change => `  ${changeText(change)}`);
  return [`FUZZ_SEED=${seed}: ${invariant}, sync ${step}: ${what}: ${detail}`, ...lines].join("\n");
}

function reportText(name: string, cases: number, kinds: ReadonlyMap<string, readonly Found[]>): string {
  const sorted = [...kinds].sort(([, a], [, b]) => b.length - a.length);
  const total = sorted.reduce((sum, [, found]) => sum + found.length, 0);
  const parts = sorted.map(([kind, found]) =>
    [
      `${found.length} x ${kind}`,
      ...found.slice(0, 3).map(one => `  ${foundText(one).replaceAll("\n", "\n  ")}`),
    ].join("\n"),
  );
  return [`${name}: ${total} violations of ${kinds.size} kinds in ${cases} cases`, ...parts].join("\n");
}
