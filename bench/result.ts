/** One aim of a benchmark beside what was measured. */
export interface AimRow {
  readonly what: string;
  readonly aim: string;
  readonly measured: string;
  /** Measured to floor, or to the aim's number. */
  readonly ratio: string;
  readonly met: boolean;
}

/** A table of a benchmark's details. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What one benchmark gives. */
export interface BenchmarkResult {
  readonly title: string;
  /** What ran, how often, with which settings. */
  readonly configuration: string;
  readonly aims: readonly AimRow[];
  readonly tables: readonly Table[];
  /** What limits it, what was tried. */
  readonly notes?: readonly string[];
  /** For docs/cost.md. */
  readonly numbers?: Readonly<Record<string, number>>;
}

export interface BenchmarkContext {
  /** The functions' bundle. */
  readonly bundle: string;
  /** Smaller and fewer runs: does it work at all? */
  readonly quick: boolean;
  readonly say: (line: string) => void;
}

export type Benchmark = (context: BenchmarkContext) => Promise<BenchmarkResult>;

export function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A benchmark's part of docs/benchmarks.md. */
export function toMarkdown(result: BenchmarkResult): string {
  const aims: Table = {
    columns: ["what", "aim", "measured", "ratio", "met"],
    rows: result.aims.map(({ what, aim, measured, ratio, met }) => [
      what,
      aim,
      measured,
      ratio,
      met ? "yes" : "**no**",
    ]),
  };
  return [
    `## ${result.title}`,
    result.configuration,
    ...(result.aims.length > 0 ? [markdownTable(aims)] : []),
    ...result.tables.map(markdownTable),
    ...(result.notes ?? []),
  ].join("\n\n");
}
