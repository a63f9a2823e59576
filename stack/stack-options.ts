import { maxPortOffset } from "./addresses.ts";

/** What a command line says about the stack to start. */
export type StackOptions = {
  /** Added to all ports of the stack. */
  readonly portOffset: number;
  /** True: the Emulator Suite's own task queue, which ignores delays and looks for work once a second. */
  readonly suiteQueue: boolean;
};

/** The options of a command line and the arguments after them, or a description of the mistake. */
export type StackArguments =
  | (StackOptions & {
      /** A missing Java may be fetched without asking. */
      readonly yes: boolean;
      readonly rest: readonly string[];
    })
  | { readonly problem: string };

const offsetOption = "--port-offset";
const queueOption = "--suite-queue";

/**
 * Reads `--port-offset N` (or `--port-offset=N`; by default 0), `--suite-queue` and `--yes` at the beginning of the
 * arguments, in any order. One `--` after them is removed, because a command with its own options may follow.
 */
export function takeStackOptions(args: readonly string[]): StackArguments {
  let portOffset = 0;
  let suiteQueue = false;
  let yes = false;
  const rest = [...args];
  for (;;) {
    const [first = ""] = rest;
    if (first === queueOption) {
      rest.shift();
      suiteQueue = true;
    } else if (first === "--yes") {
      rest.shift();
      yes = true;
    } else if (first === offsetOption || first.startsWith(`${offsetOption}=`)) {
      rest.shift();
      const text = first === offsetOption ? rest.shift() : first.slice(offsetOption.length + 1);
      portOffset = /^\d{1,9}$/.test(text ?? "") ? Number(text) : Number.NaN;
      if (!(portOffset <= maxPortOffset)) return { problem: describeOffset(text) };
    } else {
      if (first === "--") rest.shift();
      return { portOffset, suiteQueue, yes, rest };
    }
  }
}

function describeOffset(text: string | undefined): string {
  const given = text === undefined || text === "--" ? "nothing" : JSON.stringify(text);
  return `${offsetOption} must be a whole number from 0 to ${maxPortOffset} (ports end at 65535); given: ${given}`;
}
