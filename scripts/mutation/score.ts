/** A mutant and what became of it, as Stryker reports it. */
export interface MutantOutcome {
  /** Path of the mutated file. */
  readonly fileName: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
}

/** Counts of one file, or of many. */
export interface Score {
  /** Found by a test, or ended by a time limit: a loop that does not end is noticed. */
  readonly killed: number;
  /** No test failed, or no test came by. */
  readonly survived: number;
  /** Left out on purpose: sentences of log lines. */
  readonly ignored: number;
}

const killed = new Set(["Killed", "Timeout"]);
const survived = new Set(["Survived", "NoCoverage"]);

/** True for a mutant that no test noticed. */
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

/** Killed of all that a test could have noticed, in percent. 100 where there is nothing to notice. */
export function percent({ killed, survived }: Score): number {
  return killed + survived === 0 ? 100 : (100 * killed) / (killed + survived);
}

/** A table of Markdown, one row a file and one for all. */
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

/** One line for each survivor, for the terminal: where it is and what took whose place. */
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
