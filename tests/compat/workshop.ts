import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Tarballs } from "../../packaging/pack.ts";
import { rootFolder } from "../../stack/addresses.ts";
import type { Session } from "../../stack/session.ts";
import { describeEnding } from "../../stack/supervisor.ts";
import { cellWithinMs, NotAvailable, type App, type Bench, type BenchProgram, type Cell } from "./cell.ts";
import { cleanEnvironment } from "./clean-environment.ts";
import { findNode, installNode, type FindNode } from "./node-versions.ts";

type WorkshopOptions = {
  readonly session: Session;
  /** A temporary folder outside of the repository. */
  readonly folder: string;
  readonly tarballs: Tarballs;
  /** False: a Node that is not on this machine is replaced by the current one. */
  readonly installsNodes: boolean;
};

const tailLines = 25;

/** What npm prints if the registry does not answer. */
const noAnswer =
  /npm error code (ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|E50\d)/;

/** Creates what cells use. The apps stay installed until the folder is deleted. */
export class Workshop {
  readonly #options: WorkshopOptions;
  readonly #apps = new Map<string, Promise<string>>();
  readonly #nodes = new Map<number, ReturnType<FindNode>>();
  #programs = 0;

  constructor(options: WorkshopOptions) {
    requireNoPackagesAbove(options.folder);
    this.#options = options;
  }

  /** Runs a cell within its time. Returns the versions of the tools. */
  async run({ withinMs = cellWithinMs, run }: Cell): Promise<string> {
    const deadline = performance.now() + withinMs;
    const runProgram: Bench["run"] = async program => await this.#runUntil(deadline, program);
    return await run({
      tarballs: this.#options.tarballs,
      run: runProgram,
      app: async app => await once(this.#apps, app.name, async () => await this.#create(app, runProgram)),
      node: async major =>
        await once(this.#nodes, major, async () => {
          const { folder, installsNodes } = this.#options;
          const found = await findNode(major, runProgram);
          if (found !== undefined) return found;
          if (installsNodes) return await installNode(major, join(folder, `node-${major}`), runProgram);
          return {
            path: process.execPath,
            title: `Node ${process.versions.node}, because ${major} is not here`,
          };
        }),
    });
  }

  async #runUntil(deadline: number, { cwd, command, args, node }: BenchProgram): Promise<string> {
    const { supervisor } = this.#options.session;
    this.#programs += 1;
    const program = {
      name: `compat-${this.#programs}-${basename(command)}`,
      command,
      args,
      cwd,
      environment: cleanEnvironment(process.env, rootFolder, dirname(node?.path ?? process.execPath)),
    };
    const leftMs = Math.max(deadline - performance.now(), 1);
    const { ending, output } = await supervisor.runToEnd(program, leftMs);
    if (ending.code === 0) return output;
    const late = performance.now() >= deadline ? ", because the time of the cell is over" : "";
    const tail = output.trimEnd().split("\n").slice(-tailLines);
    const problem = `${basename(command)} ${args.join(" ")}: ${describeEnding(ending)}${late}`;
    const code = noAnswer.exec(output)?.[1];
    if (code !== undefined) throw new NotAvailable(`the npm registry did not answer (${code})`);
    throw new Error([problem, ...tail].join("\n"));
  }

  async #create({ name, from, packed, specs = [], prepare }: App, run: Bench["run"]): Promise<string> {
    const { folder, tarballs } = this.#options;
    const app = join(folder, name);
    mkdirSync(app);
    if (from === undefined) writeFileSync(join(app, "package.json"), '{ "private": true }\n');
    else cpSync(join(rootFolder, from), app, { recursive: true, filter: path => !isBuilt(path) });
    await run({ cwd: app, command: "npm", args: ["install", tarballs[packed], ...specs] });
    await prepare?.(app, { run, tarballs });
    return app;
  }
}

/** "vite 8.3.8". */
export function versionOf(app: string, name: string): string {
  const file = join(app, "node_modules", name, "package.json");
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  return `${name} ${version}`;
}

/** What someone who tries an example has installed or built in it. */
function isBuilt(path: string): boolean {
  return ["node_modules", "dist", ".next", "package-lock.json"].includes(basename(path));
}

/** Programs would find packages there that the tarballs do not bring. */
function requireNoPackagesAbove(folder: string): void {
  for (let above = folder; ; above = dirname(above)) {
    const modules = join(above, "node_modules");
    if (existsSync(modules)) throw new Error(`${modules} would be used by the cells: set TMPDIR`);
    if (above === dirname(above)) return;
  }
}

/** A failure is remembered, too: each further cell fails at once with the same message. */
async function once<Key, Value>(
  known: Map<Key, Promise<Value>>,
  key: Key,
  create: () => Promise<Value>,
): Promise<Value> {
  const value = known.get(key) ?? create();
  known.set(key, value);
  return await value;
}
