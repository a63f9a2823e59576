import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { publishedPackages } from "../../packaging/pack.ts";
import { rootFolder } from "../../stack/addresses.ts";
import { nodeMajors, type App, type Cell, type NodeMajor } from "./cell.ts";
import { versionOf } from "./workshop.ts";

const example = join("examples", "emulator-vitest");
const testFile = "calendar.test.ts";
const googleClient = "@googleapis/calendar";
const vitestApp: App = { name: "emulator-vitest", from: example, packed: "emulator" };
const jestApp: App = { name: "emulator-jest", packed: "emulator", specs: [`jest@^30`, googleClientSpec()] };

/** The example's range. */
function googleClientSpec(): string {
  const text = readFileSync(join(rootFolder, example, "package.json"), "utf8");
  const { devDependencies } = JSON.parse(text) as { devDependencies: Record<string, string> };
  return `${googleClient}@${devDependencies[googleClient] ?? "latest"}`;
}

/** The example's test for jest, as CommonJS: the same calls from the other test runner. */
function testForJest(): string {
  const text = readFileSync(join(rootFolder, example, testFile), "utf8");
  const forJest = text.replace('from "vitest"', 'from "@jest/globals"');
  if (forJest === text) throw new Error(`${testFile} does not import vitest`);
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(forJest, { compilerOptions }).outputText;
}

/** Every test of the example has passed, and there is one. */
function requirePassed(reportFile: string): void {
  const report = JSON.parse(readFileSync(reportFile, "utf8")) as {
    numPassedTests: number;
    numTotalTests: number;
  };
  if (report.numPassedTests === 0 || report.numPassedTests !== report.numTotalTests)
    throw new Error(`${report.numPassedTests} of ${report.numTotalTests} tests passed`);
}

function vitest(major: NodeMajor): Cell {
  return {
    package: publishedPackages.emulator.name,
    environment: `Node ${major}, vitest`,
    quick: major === 24,
    run: async bench => {
      const cwd = await bench.app(vitestApp);
      const node = await bench.node(major);
      const report = join(cwd, "report.json");
      rmSync(report, { force: true });
      const args = ["test", "--", "--reporter=json", `--outputFile=${report}`];
      await bench.run({ cwd, command: "npm", args, node });
      requirePassed(report);
      return [node.title, versionOf(cwd, "vitest"), versionOf(cwd, googleClient)].join(", ");
    },
  };
}

function jest(major: NodeMajor): Cell {
  return {
    package: publishedPackages.emulator.name,
    environment: `Node ${major}, jest (CommonJS)`,
    quick: false,
    run: async bench => {
      const cwd = await bench.app(jestApp);
      const node = await bench.node(major);
      writeFileSync(join(cwd, "calendar.test.js"), testForJest());
      const report = join(cwd, "report.json");
      rmSync(report, { force: true });
      const args = [join("node_modules", "jest", "bin", "jest.js"), "--json", `--outputFile=${report}`];
      await bench.run({ cwd, command: node.path, args, node });
      requirePassed(report);
      return [node.title, versionOf(cwd, "jest"), versionOf(cwd, googleClient)].join(", ");
    },
  };
}

function command(major: NodeMajor): Cell {
  return {
    package: publishedPackages.emulator.name,
    environment: `Node ${major}, command`,
    quick: false,
    run: async bench => {
      const cwd = await bench.app(vitestApp);
      const node = await bench.node(major);
      const probe = "emulator-command.mjs";
      copyFileSync(join(import.meta.dirname, "probes", probe), join(cwd, probe));
      const output = await bench.run({ cwd, command: node.path, args: [probe], node });
      if (!output.includes("PROBE 200,200,200,200 0")) throw new Error(`answers, exit code: ${output}`);
      return node.title;
    },
  };
}

export const emulatorCells: readonly Cell[] = [
  ...nodeMajors.map(vitest),
  ...nodeMajors.map(jest),
  ...nodeMajors.map(command),
];
