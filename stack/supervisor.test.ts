import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { isFree } from "./ports.ts";
import { Supervisor } from "./supervisor.ts";
import { until } from "./client/until.ts";
import { findFreePort, isAlive, standInPart } from "./testing/parts.ts";

jest.setTimeout(30_000);

describe("the supervisor", () => {
  let folder: string;
  let reported: string[];
  let supervisor: Supervisor;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "supervisor-"));
    reported = [];
    supervisor = new Supervisor({ folder, report: line => reported.push(line), graceMs: 1000 });
  });

  afterEach(async () => {
    await supervisor.stop();
    rmSync(folder, { recursive: true });
  });

  test("a part is ready when it listens and has said so; stop() leaves neither process nor port", async () => {
    const port = await findFreePort();
    await supervisor.start(standInPart(port));
    expect(await isFree(port)).toBe(false);
    expect(reported).toEqual([expect.stringContaining(`http://127.0.0.1:${port}  ready after`)]);
    await supervisor.stop();
    expect(await isFree(port)).toBe(true);
    expect(reported).toHaveLength(1);
  });

  test("stop() also ends what a part started in a process group of its own", async () => {
    await supervisor.start(standInPart(await findFreePort(), ["with-detached-child"]));
    const pid = Number(/detached child (\d+)/.exec(readFileSync(join(folder, "stand-in.log"), "utf8"))?.[1]);
    expect(isAlive(pid)).toBe(true);
    await supervisor.stop();
    await until("the detached child is gone", () => !isAlive(pid));
  });

  test("a part that ignores SIGTERM is killed", async () => {
    const port = await findFreePort();
    await supervisor.start(standInPart(port, ["ignore-term"]));
    await supervisor.stop();
    expect(await isFree(port)).toBe(true);
  });

  test("a crash names the part, its exit code and its last words", async () => {
    const port = await findFreePort();
    await supervisor.start(standInPart(port));
    connect({ port, host: "127.0.0.1" }).end("crash");
    const failure = await supervisor.crashed;
    expect(failure.message).toContain("[stand-in] asked to crash");
    expect(failure.message).toContain("stand-in crashed (exit code 7)");
  });

  test("a part that ends while it starts fails the start with its last words", async () => {
    const start = supervisor.start(standInPart(await findFreePort(), ["end-at-once"]));
    await expect(start).rejects.toThrow(
      /\[stand-in\] something is missing\n.*ended while it started \(exit code 3\)/,
    );
  });

  test("a part that is never ready fails the start after its bound", async () => {
    const part = { ...standInPart(await findFreePort()), readyOutput: /never said/, readyWithinMs: 500 };
    await expect(supervisor.start(part)).rejects.toThrow(/was not ready within 1 s/);
  });

  test("a program that cannot be found ends like in a shell, with code 127", async () => {
    const program = { name: "absent", command: "no-such-program", args: [], cwd: folder };
    await expect(supervisor.run(program)).rejects.toThrow(/absent failed \(exit code 127\)/);
  });

  test("a program that takes too long is killed", async () => {
    const program = {
      name: "sleeper",
      command: process.execPath,
      args: ["-e", "setInterval(() => {}, 1000)"],
      cwd: folder,
    };
    expect(await supervisor.runToEnd(program, 100)).toMatchObject({
      ending: { code: null, signal: "SIGKILL" },
    });
  });

  test("run() returns what the program printed", async () => {
    const program = {
      name: "echo",
      command: process.execPath,
      args: ["-e", "console.log(6 * 7)"],
      cwd: folder,
    };
    expect(await supervisor.run(program)).toBe("42\n");
  });
});
