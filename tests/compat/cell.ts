import type { PublishedPackage, Tarballs } from "../../packaging/pack.ts";

/** The Node versions on which the packages are tried. */
export const nodeMajors = [20, 22, 24] as const;
export type NodeMajor = (typeof nodeMajors)[number];

/** One combination of a package and an environment. */
export type Cell = {
  readonly package: PublishedPackage["name"];
  readonly environment: string;
  /** True if the cell is a part of `npm test`. */
  readonly quick: boolean;
  /** A cell that takes longer has failed. The default is `cellWithinMs`. */
  readonly withinMs?: number;
  /**
   * Tries the package. Returns the versions of the tools that were found.
   *
   * @throws NotAvailable if the environment cannot be had; any other error is a failure of the package
   */
  readonly run: (bench: Bench) => Promise<string>;
};

export const cellWithinMs = 180_000;

/** A Node binary. */
export type NodeBinary = {
  readonly path: string;
  /** For people: "Node 20.20.2". */
  readonly title: string;
};

/** An app in the temporary folder. Cells with the same app share its installed packages. */
export type App = {
  /** The name of the app's folder. */
  readonly name: string;
  /** Relative to the repository: a folder whose files are copied. The default is an empty app. */
  readonly from?: string;
  /** Installed from the packed file. */
  readonly packed: keyof Tarballs;
  /** Installed from the registry, beside what the app's package.json names. */
  readonly specs?: readonly string[];
  /** Is called once, when the packages are installed in `folder`. */
  readonly prepare?: (folder: string, bench: Pick<Bench, "run" | "tarballs">) => Promise<void>;
};

/** What a cell may use. */
export type Bench = {
  /** Creates the app and installs its packages, once for all cells. Returns its folder. */
  readonly app: (app: App) => Promise<string>;
  /** @throws NotAvailable */
  readonly node: (major: NodeMajor) => Promise<NodeBinary>;
  /**
   * Runs a program on a Node, by default on the Node of this process, and returns its output. The environment has
   * nothing of this repository.
   *
   * @throws Error with the last lines of the output if the exit code is not 0, or if the cell's time is over
   */
  readonly run: (program: BenchProgram) => Promise<string>;
  readonly tarballs: Tarballs;
};

export type BenchProgram = {
  readonly cwd: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly node?: NodeBinary;
};

/** The environment of a cell cannot be had here. Says nothing about the package. */
export class NotAvailable extends Error {
  override name = "NotAvailable";
}
