/** `unknown`: it could not be looked at. It is neither good nor bad, and does not count as a fault. */
export type Level = "ok" | "warning" | "wrong" | "unknown";

/** The result of one check. Contains no secret: it is printed. */
export interface Finding {
  readonly level: Level;
  readonly text: string;
  /** Commands and console addresses that put it right. */
  readonly remedies: readonly string[];
}

export const ok = (text: string): Finding => ({ level: "ok", text, remedies: [] });
export const warning = (text: string, ...remedies: string[]): Finding => ({
  level: "warning",
  text,
  remedies,
});
export const wrong = (text: string, ...remedies: string[]): Finding => ({ level: "wrong", text, remedies });
export const unknown = (text: string, ...remedies: string[]): Finding => ({
  level: "unknown",
  text,
  remedies,
});

/** Ends a check that lacks something that only an answer of Google's contains. */
export class CannotTell extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.text);
    this.finding = finding;
  }
}

const severity: Readonly<Record<Level, number>> = { ok: 0, unknown: 1, warning: 2, wrong: 3 };

/** One finding for several: the worst level, and the texts of everything that is not ok. `good` if all are ok. */
export function combine(findings: readonly Finding[], good: string): Finding {
  const bad = findings
    .filter(({ level }) => level !== "ok")
    .sort((a, b) => severity[b.level] - severity[a.level]);
  const [worst] = bad;
  if (worst === undefined) return ok(good);
  return {
    level: worst.level,
    text: unique(bad.map(({ text }) => text)).join("; "),
    remedies: unique(bad.flatMap(({ remedies }) => remedies)),
  };
}

export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
