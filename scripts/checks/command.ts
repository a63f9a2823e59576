/** How the commands that the documents name are proved to work. */

/** A file and words in it, which a unit test looks for. */
export type Reference = { readonly file: string; readonly words: string };

/** Why a command cannot be run on a machine without an account. */
type OutsideReason =
  /** Reads or changes a project at Google Cloud or Firebase. */
  | "Google Cloud"
  /** A person logs in. */
  | "login"
  /** Publishes at npm, or installs a package that is not published yet. */
  | "npm"
  /** Named to explain a behaviour of another tool. Nobody is asked to run it here. */
  | "explanation";

/** What a short form needs. */
type Need = "nothing" | "stack" | "stack and browser";

/** A short form, which the check `commands` runs. */
export type ShortCommand = {
  readonly kind: "short";
  readonly patterns: readonly string[];
  /** The program and its arguments. FOLDER becomes a temporary folder. */
  readonly run: readonly [string, ...string[]];
  readonly environment?: Readonly<Record<string, string>>;
  readonly needs: Need;
  readonly exitCode: number;
  /** What standard output or standard error contains. */
  readonly prints: RegExp;
  /** Generous: a busy machine is no reason to fail. */
  readonly withinSeconds: number;
  /** Proves what the short form leaves out, such as an npm script that starts a stack around it. */
  readonly rest?: Reference;
};

/** A command that another check runs, or that cannot be run. In a pattern, a word in capitals stands for any word. */
export type CoveredCommand = { readonly patterns: readonly string[] } & (
  | { readonly kind: "ran by"; readonly by: Reference }
  | { readonly kind: "outside"; readonly reason: OutsideReason }
  /** Takes too long, or writes files that belong to the repository. `instead` proves as much as is possible. */
  | { readonly kind: "not run"; readonly why: string; readonly instead: Reference }
);
