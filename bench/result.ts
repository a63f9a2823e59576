/** An aim of a benchmark and the measured value. */
export interface AimRow {
  readonly what: string;
  readonly aim: string;
  readonly measured: string;
  /** The measured value divided by the floor or by the aim's number. */
  readonly ratio: string;
  readonly met: boolean;
}

/** A table with details of a benchmark. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** The result of one benchmark. */
export interface BenchmarkResult {
  readonly title: string;
  /** The setup, the number of runs, and the settings. */
  readonly configuration: string;
  readonly aims: readonly AimRow[];
  readonly tables: readonly Table[];
  /** Remarks, such as the limiting factor. */
  readonly notes?: readonly string[];
  /** Numbers for docs/cost.md. */
  readonly numbers?: Readonly<Record<string, number>>;
}

export interface BenchmarkContext {
  /** The functions' bundle. */
  readonly bundle: string;
  /** True for smaller and fewer runs, which only check that the benchmark works. */
  readonly quick: boolean;
  readonly say: (line: string) => void;
}

export type Benchmark = (context: BenchmarkContext) => Promise<BenchmarkResult>;

export function markdownTable({ columns, rows }: Table): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}

/** The section of a benchmark in docs/benchmarks.md. */
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
