import { UsageError, type Surroundings } from "./surroundings.ts";

/**
 * Whether the person agrees.
 *
 * @param yes the flag that answers in advance
 * @throws UsageError if there is nobody to ask
 */
export async function isAgreed(
  { yes, question }: { readonly yes: boolean; readonly question: string },
  { ask, print, isTerminal }: Surroundings,
): Promise<boolean> {
  if (yes) return true;
  if (!isTerminal) throw new UsageError(`--yes is missing: there is no terminal to ask "${question}"`);
  const answer = await ask(`${question} [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  print("Nothing was changed.");
  return false;
}
