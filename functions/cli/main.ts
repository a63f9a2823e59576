#!/usr/bin/env node
/** `npx firestore-calendar-sync`: see help.ts. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline/promises";
import { intParams, stringParams } from "../src/params.ts";
import type { DoctorModule } from "./doctor.ts";
import { readOurFiles } from "./our-files.ts";
import { runCommand } from "./run-command.ts";
import type { Ended, Surroundings } from "./surroundings.ts";

const run: Surroundings["run"] = async (program, args, { cwd, input, isShown = false }) =>
  await new Promise<Ended>((resolve, reject) => {
    // Of npm and npx, Windows has command scripts, which need a shell; no argument here has a blank in it.
    const shell = process.platform === "win32";
    const output = isShown ? "inherit" : "pipe";
    const child = spawn(program, args, {
      ...(cwd !== undefined && { cwd }),
      shell,
      stdio: [input === undefined ? "ignore" : "pipe", output, output],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (part: string) => (said += part));
    child.on("error", reject);
    child.on("close", exitCode => {
      resolve({ exitCode: exitCode ?? 1, output: said });
    });
    // A program that ends without reading its input closes it; its exit code tells.
    child.stdin?.on("error", () => undefined).end(input);
  });

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

/** In the package it is beside this file; in the repository it is loaded from its source. */
async function loadDoctor(): Promise<DoctorModule> {
  const published = new URL("./doctor.mjs", import.meta.url);
  const source = new URL("../../scripts/doctor/package-doctor.ts", import.meta.url);
  return (await import((existsSync(published) ? published : source).href)) as DoctorModule;
}

try {
  const ours = readOurFiles(import.meta.url, { ...stringParams, ...intParams });
  process.exitCode = await runCommand(process.argv.slice(2), ours, {
    cwd: process.cwd(),
    isTerminal: process.stdin.isTTY && process.stdout.isTTY,
    print: text => {
      console.log(text);
    },
    complain: text => {
      console.error(text);
    },
    ask,
    newKey: () => randomBytes(32).toString("base64url"),
    run,
    loadDoctor,
  });
} catch (error) {
  console.error(`firestore-calendar-sync: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
