import { CannotTell, unknown, type Finding } from "./finding.ts";

/** One question about a deployment. */
export interface Check<Context> {
  readonly id: string;
  readonly title: string;
  /** Ids of earlier checks. If one of them is wrong or was skipped, this check makes no sense and is skipped. */
  readonly needs: readonly string[];
  readonly run: (context: Context) => Promise<Finding>;
}

/** A check that was run, or the reason why it was skipped. */
export type Result =
  | ({ readonly id: string; readonly title: string } & Finding)
  | { readonly id: string; readonly title: string; readonly level: "skipped"; readonly because: string };

/** Runs the checks in their order and reports each one when it is done. A check that throws is `unknown`. */
export async function runChecks<Context>(
  checks: readonly Check<Context>[],
  context: Context,
  report: (result: Result) => void,
): Promise<Result[]> {
  const results: Result[] = [];
  const blocked = new Map<string, string>();
  for (const check of checks) {
    const { id, title } = check;
    const because = check.needs.map(need => blocked.get(need)).find(reason => reason !== undefined);
    const result: Result =
      because === undefined
        ? { id, title, ...(await run(check, context)) }
        : { id, title, level: "skipped", because };
    if (result.level === "wrong") blocked.set(id, `first put right: ${title}`);
    if (result.level === "skipped") blocked.set(id, result.because);
    results.push(result);
    report(result);
  }
  return results;
}

async function run<Context>(check: Check<Context>, context: Context): Promise<Finding> {
  try {
    return await check.run(context);
  } catch (error) {
    if (error instanceof CannotTell) return error.finding;
    return unknown(`cannot tell: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** 1 if something is wrong, else 0. Warnings and unknowns are no failure. */
export function exitCodeOf(results: readonly Result[]): 0 | 1 {
  return results.some(({ level }) => level === "wrong") ? 1 : 0;
}
