import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResults {
  violations: { id: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] }[];
}

/** What appears gradually, such as a dialog, has its colours only when it is complete. Some animations never end. */
const settled = `Promise.allSettled(
  document
    .getAnimations()
    .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
    .map(({ finished }) => finished),
)`;

/** The violations of WCAG 2.2 A and AA that a program can detect, one line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(`${settled}.then(() => undefined)`);
  await page.evaluate(source);
  const results = await page.evaluate<AxeResults>(`axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
  })`);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(node => `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`),
  );
}
