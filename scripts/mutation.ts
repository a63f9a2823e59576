/** `npm run mutation`: makes small changes to the code and checks that a unit test fails. See help/mutation.txt. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import jest from "../jest.config.ts";
import { describeSurvivors, percent, scoreOf, toTable, type MutantOutcome } from "./mutation/score.ts";
import { rootFolder } from "../stack/addresses.ts";
import { describeFailure } from "../stack/failure.ts";

const folders = ["watch", "recurrence", "sync", "account"];
/** Percent. The run fails if a folder has a lower score. */
const leastScore = 85;
const stateFolder = ".stack/mutation";
const documentFile = join(rootFolder, "docs", "mutation.md");
/**
 * These tests try thousands of cases, which takes seconds for each mutant. A mutant that only they detect counts as
 * survived.
 */
const slowTests = ["\\.(property|scale)\\.test\\.ts$", "/interleavings\\.test\\.ts$"];

function usage(code: number): number {
  console.error(readFileSync(join(import.meta.dirname, "help", "mutation.txt"), "utf8"));
  return code;
}

/**
 * Mutates one file, and runs the unit tests of its folder. Files are mutated separately, because tests become slower
 * with the amount of instrumented code, and because the results so far survive an interruption.
 */
async function mutate(file: string, again: boolean): Promise<MutantOutcome[]> {
  const [folder = ""] = file.split("/");
  const [unit] = jest.projects ?? [];
  if (typeof unit !== "object") throw new Error("the unit tests are not the first project of jest.config.ts");
  const stryker = new Stryker({
    testRunner: "jest",
    plugins: [
      import.meta.resolve("@stryker-mutator/jest-runner"),
      pathToFileURL(join(import.meta.dirname, "mutation", "ignore-log-messages.ts")).href,
    ],
    ignorers: ["log-messages"],
    mutate: [`functions/src/${file}`],
    coverageAnalysis: "perTest",
    jest: {
      config: {
        ...unit,
        projects: [],
        roots: [`functions/src/${folder}`],
        runner: join(import.meta.dirname, "mutation", "fewest-test-files.cjs"),
        testEnvironment: join(import.meta.dirname, "mutation", "stop-at-first-failure.cjs"),
        testPathIgnorePatterns: ["/node_modules/", ...slowTests],
      },
      enableFindRelatedTests: false,
    },
    concurrency: 2,
    // Most endless loops are detected by counting. The time limit is long, so that a busy machine does not cause a
    // time-out.
    timeoutMS: 15_000,
    incremental: again,
    incrementalFile: `${stateFolder}/${folder}.incremental.json`,
    tempDirName: `${stateFolder}/sandbox-${folder}`,
    reporters: ["progress-append-only", "html"],
    htmlReporter: { fileName: `${stateFolder}/${file}.html` },
    ignorePatterns: [".stack", "dist", "docs", "web", "bench"],
    disableTypeChecks: false,
  });
  const mutants = await stryker.runMutationTest();
  // The incremental file also contains results of other files.
  return mutants
    .map(mutant => ({ ...mutant, fileName: relative(join(rootFolder, "functions", "src"), mutant.fileName) }))
    .filter(({ fileName }) => fileName === file);
}

/** The source files of a folder, without tests and test support. */
function filesOf(folder: string): string[] {
  return readdirSync(join(rootFolder, "functions", "src", folder))
    .filter(name => name.endsWith(".ts") && !/\.(test|fake|fixture)\.ts$/.test(name))
    .map(name => `${folder}/${name}`);
}

/** Writes the table of one folder into the document, between the two comments with the folder's name. */
function write(folder: string, mutants: readonly MutantOutcome[]): void {
  const [from, to] = [`<!-- ${folder} -->`, `<!-- /${folder} -->`];
  const old = readFileSync(documentFile, "utf8");
  const [before, rest] = old.split(from);
  const after = rest?.split(to)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${documentFile} has no place for ${folder}`);
  const date = new Date().toISOString().slice(0, 10);
  const table = `${toTable(mutants)}\n\n_${date}, \`npm run mutation -- ${folder}\`_`;
  writeFileSync(documentFile, `${before}${from}\n\n${table}\n\n${to}${after}`);
  execFileSync("prettier", ["--write", "--log-level=warn", documentFile]);
}

function lineOf(file: string, line: number): string {
  return readFileSync(join(rootFolder, "functions", "src", file), "utf8").split("\n")[line - 1] ?? "";
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      write: { type: "boolean", default: false },
      again: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return usage(0);
  const known = folders.flatMap(folder => [folder, ...filesOf(folder)]);
  if (!positionals.every(name => known.includes(name))) return usage(2);
  let failed = 0;
  for (const what of positionals.length > 0 ? positionals : folders) {
    const isFolder = folders.includes(what);
    const mutants: MutantOutcome[] = [];
    for (const file of isFolder ? filesOf(what) : [what]) mutants.push(...(await mutate(file, values.again)));
    console.log(`\n${describeSurvivors(mutants, lineOf).join("\n")}\n\n${toTable(mutants)}\n`);
    if (values.write && isFolder) write(what, mutants);
    const score = percent(scoreOf(mutants));
    if (score < leastScore) failed += 1;
    console.log(`${what}: ${score.toFixed(1)} %, at least ${leastScore} % wanted`);
  }
  return failed === 0 ? 0 : 1;
}

process.exit(
  await main().catch((error: unknown) => {
    console.error(describeFailure(error));
    return 1;
  }),
);
