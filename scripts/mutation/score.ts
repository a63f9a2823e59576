/** A mutant with its status, as Stryker reports it. */
export interface MutantOutcome {
  /** Path of the mutated file. */
  readonly fileName: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
}

/** Counts for one file or several files. */
export interface Score {
  /** Detected by a test, or ended by a time limit, because an endless loop is detected in this way. */
  readonly killed: number;
  /** No test failed, or no test executed the mutated code. */
  readonly survived: number;
  /** Excluded deliberately: messages of log lines. */
  readonly ignored: number;
}

const killed = new Set(["Killed", "Timeout"]);
const survived = new Set(["Survived", "NoCoverage"]);

/** True for a mutant that no test detected. */
function isSurvivor({ status }: MutantOutcome): boolean {
  return survived.has(status);
}

export function scoreOf(mutants: readonly MutantOutcome[]): Score {
  const count = (wanted: (mutant: MutantOutcome) => boolean): number => mutants.filter(wanted).length;
  return {
    killed: count(mutant => killed.has(mutant.status)),
    survived: count(isSurvivor),
    ignored: count(mutant => mutant.status === "Ignored"),
  };
}

/** The killed mutants in percent of all that are not ignored. 100 if there are none. */
export function percent({ killed, survived }: Score): number {
  return killed + survived === 0 ? 100 : (100 * killed) / (killed + survived);
}

/** A Markdown table with a row for each file and a row for the total. */
export function toTable(mutants: readonly MutantOutcome[]): string {
  const files = Map.groupBy(mutants, mutant => mutant.fileName);
  const rows = [...files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, own]) => row(file, scoreOf(own)));
  return [
    "| file | killed | survived | left out | score |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    row("**all**", scoreOf(mutants)),
  ].join("\n");
}

function row(name: string, score: Score): string {
  const cells = [name, score.killed, score.survived, score.ignored, `${percent(score).toFixed(1)} %`];
  return `| ${cells.join(" | ")} |`;
}

/** A line for each survivor, for the terminal: its place, the original code and the replacement. */
export function describeSurvivors(
  mutants: readonly MutantOutcome[],
  lineOf: (file: string, line: number) => string,
): string[] {
  return mutants
    .filter(isSurvivor)
    .map(({ fileName, location: { start }, mutatorName, replacement, status }) => {
      const place = `${fileName}:${start.line}:${start.column}`;
      const untested = status === "NoCoverage" ? " (no test comes by)" : "";
      const text = (replacement ?? "").replaceAll(/\s+/g, " ").slice(0, 100);
      return `${place} ${mutatorName} → ${text}${untested}\n    ${lineOf(fileName, start.line).trim()}`;
    });
}
