import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { until } from "./harness.ts";

const MAIN = path.join(__dirname, "../src/main.ts");

/** The command in its own process, with its output. */
class Command {
  output = "";
  code: number | null | undefined;
  readonly process: ChildProcess;

  constructor(...args: string[]) {
    this.process = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const collect = (chunk: Buffer): void => {
      this.output += chunk.toString();
    };
    this.process.stdout?.on("data", collect);
    this.process.stderr?.on("data", collect);
    this.process.on("close", code => {
      this.code = code;
    });
  }

  async ready(): Promise<string> {
    return await until("the ready line", () => /ready at (\S+)/.exec(this.output)?.[1], 30_000);
  }

  async exit(): Promise<number | null> {
    return (
      await until("the exit", () => (this.code === undefined ? undefined : { code: this.code }), 30_000)
    ).code;
  }
}

const started: Command[] = [];
function run(...args: string[]): Command {
  const command = new Command(...args);
  started.push(command);
  return command;
}
afterEach(async () => {
  for (const command of started.splice(0)) {
    command.process.kill("SIGKILL");
    await command.exit();
  }
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "prints one line when it listens, and %s ends it with 0",
  async signal => {
    const command = run("--port", "0");
    const url = await command.ready();
    expect(command.output).toBe(`Google Calendar emulator ready at ${url}\n`);
    // An open keep-alive connection must not keep the process running.
    expect((await fetch(`${url}/_emulator/state`)).status).toBe(200);
    command.process.kill(signal);
    expect(await command.exit()).toBe(0);
  },
  60_000,
);

test("a taken port is named, exit 1", async () => {
  const url = await run("--port", "0").ready();
  const second = run("--port", new URL(url).port);
  expect(await second.exit()).toBe(1);
  expect(second.output).toContain(`Port ${new URL(url).port} on 127.0.0.1 is taken`);
}, 60_000);

test("--help explains, wrong options are named, with a client only that one is known", async () => {
  const help = run("--help");
  expect([await help.exit(), help.output.includes("--seed N")]).toEqual([0, true]);
  const wrong = run("--port", "many");
  expect([await wrong.exit(), wrong.output.includes("--port must be")]).toEqual([1, true]);
  const unknown = run("--colour", "blue");
  expect([await unknown.exit(), unknown.output.includes("--colour")]).toEqual([1, true]);
  const url = await run("--port", "0", "--client-id", "me", "--client-secret", "s").ready();
  const query = "client_id=other&redirect_uri=http://127.0.0.1/&response_type=code&scope=email";
  expect((await fetch(`${url}/o/oauth2/v2/auth?${query}`)).status).toBe(400);
}, 60_000);
