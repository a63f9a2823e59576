import { maxPortOffset } from "./addresses.ts";

const option = "--port-offset";

/** The port offset of a command line and the arguments after it, or a description of the mistake. */
export type PortOffsetArguments =
  { readonly portOffset: number; readonly rest: readonly string[] } | { readonly problem: string };

/**
 * Reads `--port-offset N` or `--port-offset=N` at the beginning of the arguments; the default is 0. One `--` after it
 * is removed, because a command with its own options may follow.
 */
export function takePortOffset(args: readonly string[]): PortOffsetArguments {
  const [first = ""] = args;
  const withEquals = first.startsWith(`${option}=`);
  if (first !== option && !withEquals) return { portOffset: 0, rest: withoutDashes(args) };
  const text = withEquals ? first.slice(option.length + 1) : args[1];
  const portOffset = /^\d{1,9}$/.test(text ?? "") ? Number(text) : Number.NaN;
  if (!(portOffset <= maxPortOffset)) {
    const given = text === undefined || text === "--" ? "nothing" : JSON.stringify(text);
    return {
      problem: `${option} must be a whole number from 0 to ${maxPortOffset} (ports end at 65535); given: ${given}`,
    };
  }
  return { portOffset, rest: withoutDashes(args.slice(withEquals ? 1 : 2)) };
}

function withoutDashes(args: readonly string[]): readonly string[] {
  return args[0] === "--" ? args.slice(1) : args;
}
