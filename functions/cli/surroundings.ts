import type { DoctorModule } from "./doctor.ts";

/** What a child process said. */
export interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

/** What the commands need of the machine; tests give their own. */
export interface Surroundings {
  readonly cwd: string;
  /** Whether somebody can answer questions. */
  readonly isTerminal: boolean;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Asks the person at the terminal. Only called if there is one. */
  readonly ask: (question: string) => Promise<string>;
  /** 32 random bytes in base64url. */
  readonly newKey: () => string;
  /**
   * Runs a program to its end. Throws an error with the code ENOENT if there is no such program.
   *
   * @param input its standard input; nothing otherwise
   * @param isShown whether its output goes to the terminal instead of being returned
   */
  readonly run: (
    program: string,
    args: readonly string[],
    options: { readonly cwd?: string; readonly input?: string; readonly isShown?: boolean },
  ) => Promise<Ended>;
  /** The doctor is as large as everything else together, and is loaded when it is asked for. */
  readonly loadDoctor: () => Promise<DoctorModule>;
}

/** Whether a run failed because there is no such program. */
export function isMissingProgram(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** The last lines of a program's output that may be shown, indented. */
export function lastLines(output: string, mayBeShown: (line: string) => boolean = () => true): string {
  return output
    .split("\n")
    .filter(line => line.trim() !== "" && mayBeShown(line))
    .slice(-5)
    .map(line => `  ${line}`)
    .join("\n");
}

/** The command cannot be carried out as it was typed. */
export class UsageError extends Error {}

export type ExitCode = 0 | 1 | 2;
