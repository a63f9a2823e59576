/**
 * Tests the real launcher: starts and stops the whole stack in the ways that people do, and checks that nothing is left
 * behind. Takes about a minute. Prints a line for each requirement; exit code 1 if one is not met.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { addressesAt, rootFolder, urlOf } from "../../stack/addresses.ts";
import { until } from "../../stack/client/until.ts";
import { endMarked, findMarked, markVariable, markWith } from "../../stack/marked-processes.ts";
import { isFree } from "../../stack/ports.ts";

/** A command started like a shell's job, in a process group of its own. */
type Job = {
  readonly pid: number;
  readonly runId: string;
  readonly output: () => string;
  /** The exit code, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
};

const { services, environment: clientEnvironment } = addressesAt(0);
/** The addresses of the second stack, which runs beside the first. */
const beside = addressesAt(100);

/** Packages and builds exist already, but the machine may be busy. */
const upWithinMs = 120_000;
const downWithinMs = 40_000;

function startJob(command: string, args: readonly string[]): Job {
  const runId = randomBytes(9).toString("base64url");
  const child = spawn(command, args, {
    cwd: rootFolder,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, [markVariable]: markWith(runId, process.env[markVariable]) },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | NodeJS.Signals>(resolve => {
    child.once("exit", (code, signal) => {
      resolve(signal ?? code ?? -1);
    });
  });
  return { pid: child.pid ?? -1, runId, output: () => output, ended };
}

async function untilEnded(job: Job, expected: number | NodeJS.Signals, withinMs: number): Promise<void> {
  const how = await Promise.race([job.ended, delay(withinMs, "timeout" as const, { ref: false })]);
  if (how !== expected) throw new Error(`ended with ${how} instead of ${expected}`);
}

async function requireNothingLeft(job: Job): Promise<void> {
  await until("every process is gone", () => findMarked(job.runId).length === 0, downWithinMs);
  for (const service of [...Object.values(services), ...Object.values(beside.services)]) {
    if (!(await isFree(service.port)))
      throw new Error(`port ${service.port} (${service.name}) is still taken`);
  }
}

async function requirePage(url: string): Promise<void> {
  const { status } = await fetch(url);
  if (status !== 200) throw new Error(`the page at ${url} answered ${status}`);
}

/** Starts a second stack while the first is running, checks its page and its end. */
async function runBeside(): Promise<void> {
  const offset = ["--suite-queue", "--port-offset", String(beside.portOffset)];
  const second = startJob("npm", ["run", "--silent", "stack", "--", ...offset, "--", "node", "-e", showPage]);
  try {
    await untilEnded(second, 0, upWithinMs + downWithinMs);
    const wanted = `page 200 ${beside.environment.HOSTING_URL}`;
    if (!second.output().includes(wanted)) throw new Error(`there is no "${wanted}"`);
    await until("every process is gone", () => findMarked(second.runId).length === 0, downWithinMs);
  } catch (error) {
    console.log(second.output());
    throw error;
  } finally {
    await endMarked(second.runId, { graceMs: 0, withinMs: 20_000 });
  }
}

async function startAndInterrupt(job: Job): Promise<void> {
  await until(
    "npm start is ready",
    () => job.output().includes(`\nready ${urlOf(services.hosting)}\n`),
    upWithinMs,
  );
  await requirePage(urlOf(services.hosting));
  await runBeside();
  await requirePage(urlOf(services.hosting));
  // A terminal sends SIGINT to every process of the job.
  process.kill(-job.pid, "SIGINT");
  await untilEnded(job, 0, downWithinMs);
  await requireNothingLeft(job);
}

async function runCommandInStack(job: Job): Promise<void> {
  await untilEnded(job, 7, upWithinMs + downWithinMs);
  const printed = /^environment (.*)$/m.exec(job.output())?.[1] ?? "";
  if (printed !== JSON.stringify(clientEnvironment)) throw new Error(`the command saw ${printed}`);
  await requireNothingLeft(job);
}

async function killLauncher(job: Job): Promise<void> {
  await until("the command runs", () => job.output().includes("launcher "), upWithinMs);
  // The command's parent is the launcher itself.
  process.kill(Number(/launcher (\d+)/.exec(job.output())?.[1]), "SIGKILL");
  await job.ended;
  await requireNothingLeft(job);
}

async function refuseTakenPort(job: Job): Promise<void> {
  await untilEnded(job, 1, upWithinMs);
  const wanted = `port ${services.hosting.port} is needed by ${services.hosting.purpose}, and is taken by process ${process.pid}`;
  if (!job.output().includes(wanted)) throw new Error("the port, its purpose or its holder is not named");
  if (job.output().includes("ready after")) throw new Error("something was started");
}

async function prove(name: string, job: Job, body: (job: Job) => Promise<void>): Promise<boolean> {
  const begun = performance.now();
  try {
    await body(job);
    console.log(
      `ok      ${name.padEnd(54)} ${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s`,
    );
    return true;
  } catch (error) {
    console.log(job.output());
    console.log(`FAILED  ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  } finally {
    await endMarked(job.runId, { graceMs: 0, withinMs: 20_000 });
  }
}

const names = Object.keys(clientEnvironment);
const showEnvironment = `const names = ${JSON.stringify(names)}; console.log("environment", JSON.stringify(Object.fromEntries(names.map(name => [name, process.env[name]])))); process.exit(7)`;
const showPage = `fetch(process.env.HOSTING_URL).then(({ status }) => console.log("page", status, process.env.HOSTING_URL))`;
const showLauncher = `console.log("launcher", process.ppid); setInterval(() => {}, 1000)`;
const inStack = (code: string): Job =>
  startJob("npm", ["run", "--silent", "stack", "--", "node", "-e", code]);

async function main(): Promise<boolean> {
  const results = [
    await prove(
      "npm start is ready, leaves room, and Ctrl-C ends it",
      startJob("npm", ["start"]),
      startAndInterrupt,
    ),
  ];
  results.push(
    await prove(
      "npm run stack passes environment and exit code",
      inStack(showEnvironment),
      runCommandInStack,
    ),
  );
  results.push(
    await prove("kill -9 of the launcher leaves nothing behind", inStack(showLauncher), killLauncher),
  );
  const squatter = createServer();
  await new Promise<void>(resolve => squatter.listen(services.hosting.port, "127.0.0.1", resolve));
  results.push(
    await prove("a taken port is named before anything starts", startJob("npm", ["start"]), refuseTakenPort),
  );
  squatter.close();
  return results.every(result => result);
}

process.exit((await main()) ? 0 : 1);
