import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { isFree } from "./ports.ts";
import { until } from "./client/until.ts";
import { findFreePort, isAlive } from "./testing/parts.ts";

type Launcher = { child: ChildProcess; output: () => string; ended: Promise<number | NodeJS.Signals | null> };

jest.setTimeout(30_000);

/** Uses real processes, because the tests check how they end. */
describe("a session", () => {
  const launchers: Launcher[] = [];
  let stateFolder: string;

  beforeEach(() => {
    stateFolder = mkdtempSync(join(tmpdir(), "session-"));
  });

  afterEach(() => {
    for (const { child } of launchers.splice(0)) child.kill("SIGKILL");
    rmSync(stateFolder, { recursive: true });
  });

  function launch(port: number, ...behaviour: string[]): Launcher {
    const script = join(import.meta.dirname, "testing", "stand-in-launcher.ts");
    const child = spawn(process.execPath, [script, stateFolder, String(port), ...behaviour], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const ended = new Promise<number | NodeJS.Signals | null>(resolve => {
      child.once("close", (code, signal) => {
        resolve(signal ?? code);
      });
    });
    const launcher = { child, output: () => output, ended };
    launchers.push(launcher);
    return launcher;
  }

  async function logOf(launcher: Launcher): Promise<string> {
    return await until("the stand-in is up", () => /^up (.*)$/m.exec(launcher.output())?.[1]);
  }

  function detachedChildIn(log: string): number {
    return Number(/detached child (\d+)/.exec(readFileSync(log, "utf8"))?.[1]);
  }

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s ends everything, in order", async signal => {
    const port = await findFreePort();
    const launcher = launch(port, "with-detached-child");
    const orphan = detachedChildIn(await logOf(launcher));
    launcher.child.kill(signal);
    expect(await launcher.ended).toBe(0);
    expect(launcher.output()).toContain(`ended by ${signal}`);
    expect(await isFree(port)).toBe(true);
    await until("the detached child is gone", () => !isAlive(orphan));
  });

  test("kill -9 of the launcher leaves nothing behind", async () => {
    const port = await findFreePort();
    const launcher = launch(port, "with-detached-child", "ignore-term");
    const orphan = detachedChildIn(await logOf(launcher));
    launcher.child.kill("SIGKILL");
    expect(await launcher.ended).toBe("SIGKILL");
    await until("the port is free", async () => await isFree(port));
    await until("the detached child is gone", () => !isAlive(orphan));
  });

  test("a part that crashes ends the session with code 1 and is named", async () => {
    const port = await findFreePort();
    const launcher = launch(port);
    await logOf(launcher);
    connect({ port, host: "127.0.0.1" }).end("crash");
    expect(await launcher.ended).toBe(1);
    expect(launcher.output()).toContain("[stand-in] asked to crash");
    expect(launcher.output()).toContain("stand-in crashed (exit code 7)");
  });

  test("a signal while a part is still starting ends the session with 128 + n", async () => {
    const port = await findFreePort();
    const launcher = launch(port, "never-ready");
    await until("the stand-in listens", async () => !(await isFree(port)));
    launcher.child.kill("SIGTERM");
    expect(await launcher.ended).toBe(143);
    expect(await isFree(port)).toBe(true);
  });

  test("the logs of the last five runs are kept, and the latest is easy to find", async () => {
    // No process can have such an id.
    const older = Array.from({ length: 8 }, (_, index) => `run-${2 ** 30 + index}`);
    for (const name of older) mkdirSync(join(stateFolder, name));
    const launcher = launch(await findFreePort());
    const log = await logOf(launcher);
    launcher.child.kill("SIGTERM");
    await launcher.ended;
    expect(readFileSync(join(stateFolder, "latest", "stand-in.log"), "utf8")).toContain("stand-in ready");
    expect(realpathSync(join(stateFolder, "latest", "stand-in.log"))).toBe(realpathSync(log));
    expect(readdirSync(stateFolder).filter(name => name.startsWith("run-"))).toHaveLength(5);
  });
});
