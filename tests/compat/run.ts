/** `npm run compat`: tries the packed packages in the environments of their users. See scripts/help/compat.txt. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { tarballsIn, type Tarballs } from "../../packaging/pack.ts";
import { rootFolder } from "../../stack/addresses.ts";
import { describeFailure, StackFailure } from "../../stack/failure.ts";
import {
  exitCodeOf as exitCodeOfSignal,
  runSession,
  withoutStack,
  type Session,
} from "../../stack/session.ts";
import { NotAvailable, type Cell } from "./cell.ts";
import { cells } from "./cells.ts";
import { exitCodeOf, withResults, type Result } from "./page.ts";
import { Workshop } from "./workshop.ts";

const pageFile = join(rootFolder, "docs", "compatibility.md");
const packWithinMs = 240_000;

type Flags = {
  readonly quick: boolean;
  readonly write: boolean;
  readonly only: string | undefined;
  /** A folder with the three packed files; they are packed if it is not given. */
  readonly tarballs: string | undefined;
};

function readFlags(args: readonly string[]): Flags {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
        only: { type: "string" },
        tarballs: { type: "string" },
      },
    });
    if (values.write && (values.quick || values.only !== undefined))
      throw new Error("--write needs all cells: leave out --quick and --only");
    return { quick: values.quick, write: values.write, only: values.only, tarballs: values.tarballs };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(readFileSync(join(rootFolder, "scripts", "help", "compat.txt"), "utf8"));
    process.exit(2);
  }
}

function say(line: string): void {
  console.log(line);
}

/** The packed files of `npm run pack`. */
async function pack({ supervisor }: Session, folder: string): Promise<Tarballs> {
  const args = ["run", "--silent", "pack", "--", folder];
  const program = { name: "compat-pack", command: "npm", args, cwd: rootFolder };
  const { ending, output } = await supervisor.runToEnd(program, packWithinMs);
  if (ending.code !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${output}`);
  return tarballsIn(folder);
}

async function tryCell(workshop: Workshop, cell: Cell): Promise<Result> {
  const begun = performance.now();
  const ended = (outcome: Result["outcome"], detail: string): Result => ({
    cell,
    outcome,
    detail,
    seconds: (performance.now() - begun) / 1000,
  });
  try {
    return ended("ok", await workshop.run(cell));
  } catch (error) {
    // The session is being stopped.
    if (error instanceof StackFailure) throw error;
    if (error instanceof NotAvailable) return ended("n/a", error.message);
    return ended("FAILED", error instanceof Error ? error.message : String(error));
  }
}

function sayResult({ cell, outcome, detail, seconds }: Result): void {
  const title = `${cell.package}: ${cell.environment}`;
  const [first = "", ...others] = detail.split("\n");
  say(`${outcome.padEnd(6)} ${title.padEnd(84)} ${seconds.toFixed(1).padStart(6)} s  ${first}`);
  for (const line of others) say(`         ${line}`);
}

function write(results: readonly Result[]): void {
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(pageFile, withResults(readFileSync(pageFile, "utf8"), results, date));
  execFileSync("prettier", ["--write", "--log-level=warn", pageFile]);
}

async function tryAll(session: Session, flags: Flags, folder: string): Promise<number> {
  const begun = performance.now();
  const chosen = cells.filter(
    ({ quick, package: name, environment }) =>
      (!flags.quick || quick) && `${name}: ${environment}`.includes(flags.only ?? ""),
  );
  const tarballs =
    flags.tarballs === undefined ? await pack(session, join(folder, "tarballs")) : tarballsIn(flags.tarballs);
  say(`${((performance.now() - begun) / 1000).toFixed(1)} s: the three packages are packed`);
  const workshop = new Workshop({ session, folder, tarballs, installsNodes: !flags.quick });
  const results: Result[] = [];
  for (const cell of chosen) {
    const result = await tryCell(workshop, cell);
    sayResult(result);
    results.push(result);
  }
  if (flags.write) write(results);
  const count = (outcome: Result["outcome"]): number =>
    results.filter(result => result.outcome === outcome).length;
  const seconds = ((performance.now() - begun) / 1000).toFixed(0);
  say(`${count("ok")} ok, ${count("FAILED")} FAILED, ${count("n/a")} n/a in ${seconds} s`);
  return exitCodeOf(results);
}

const flags = readFlags(process.argv.slice(2));
// The real path: some tools compare paths, and the temporary folder of macOS is a link.
const folder = mkdtempSync(join(realpathSync(tmpdir()), "compat-"));
try {
  process.exitCode = await runSession({
    report: say,
    start: withoutStack,
    body: async session => {
      const interrupted = session.stopped.then(({ signal }) => exitCodeOfSignal(signal));
      const done = tryAll(session, flags, folder);
      done.catch(() => undefined);
      return await Promise.race([done, interrupted]);
    },
  });
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
process.exit();
