import { maxPortOffset } from "./addresses.ts";

const portOption = "--port-offset";

/** What the command line says about the stack, and the arguments after that; or a description of the mistake. */
export type StackOptions =
  | {
      readonly portOffset: number;
      /** A missing Java may be fetched without asking. */
      readonly yes: boolean;
      readonly rest: readonly string[];
    }
  | { readonly problem: string };

/**
 * Reads `--port-offset N` or `--port-offset=N` (the default is 0) and `--yes` at the beginning of the arguments. One
 * `--` after them is removed, because a command with its own options may follow.
 */
export function takeStackOptions(args: readonly string[]): StackOptions {
  let portOffset = 0;
  let yes = false;
  let rest = args;
  for (;;) {
    const [first = "", second] = rest;
    if (first === "--yes") {
      yes = true;
      rest = rest.slice(1);
    } else if (first === portOption || first.startsWith(`${portOption}=`)) {
      const withEquals = first !== portOption;
      const text = withEquals ? first.slice(portOption.length + 1) : second;
      portOffset = /^\d{1,9}$/.test(text ?? "") ? Number(text) : Number.NaN;
      if (!(portOffset <= maxPortOffset)) return { problem: describeMistake(text) };
      rest = rest.slice(withEquals ? 1 : 2);
    } else {
      return { portOffset, yes, rest: first === "--" ? rest.slice(1) : rest };
    }
  }
}

function describeMistake(text: string | undefined): string {
  const given = text === undefined || text === "--" ? "nothing" : JSON.stringify(text);
  return `${portOption} must be a whole number from 0 to ${maxPortOffset} (ports end at 65535); given: ${given}`;
}
