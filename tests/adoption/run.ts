/**
 * Adopts the packed packages as a developer with an existing app would: adds the kit with its command, starts the
 * Emulator Suite, connects and edits a calendar through the kit's names, and attacks it. Prints a line for each proof.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tarballsIn } from "../../packaging/pack.ts";
import { runIn } from "../../packaging/run-in.ts";
import { rootFolder } from "../../stack/addresses.ts";
import { callForResult } from "../../stack/client/callables.ts";
import type { Connection } from "../../stack/client/connection.ts";
import { describeFailure } from "../../stack/failure.ts";
import { runSession } from "../../stack/session.ts";
import { proofs, type Proof } from "../smoke/proofs.ts";
import { isProved } from "../smoke/run-smoke.ts";
import { nowMs, SmokeWorld } from "../smoke/world.ts";
import { createApp, type AppFolder } from "./app-folder.ts";
import { deafUnderCarelessRules, refusedByAddedRules } from "./attack.ts";
import { addReminders, remindsPeople } from "./reminders.ts";
import { connectionTo, startApp } from "./start-app.ts";

/** The registry may be slow. */
const npmWithinMs = 240_000;

async function npmIn(folder: string, args: readonly string[]): Promise<string> {
  return await runIn(folder, "npm", args, npmWithinMs);
}

function say(line: string): void {
  console.log(line);
}

/** The app's own functions and data work as before. */
async function hostWorks({ user, stranger, owner, connection }: SmokeWorld): Promise<void> {
  await owner.db.doc("events/concert").set({ city: "Berlin", startsAt: new Date(nowMs()) });
  const own: Connection = { ...connection, functionPrefix: "" };
  const counted = await callForResult({ ...user, ...own }, "syncNow", { city: "Berlin" });
  if (JSON.stringify(counted) !== '{"concerts":1}')
    throw new Error(`the app's own syncNow answered ${JSON.stringify(counted)}`);
  await callForResult({ ...stranger, ...own }, "buyTicket", { eventId: "concert" });
}

/** Returns the exit code, 0 or 1. */
async function prove(world: SmokeWorld, { app }: AppFolder): Promise<number> {
  const all: readonly Proof[] = [
    ...proofs,
    { name: "the app's own functions, one of them also called syncNow", prove: hostWorks },

    { name: "forged documents are refused by the rules that add wrote", prove: refusedByAddedRules },
    {
      name: "forged documents change nothing under careless rules",
      prove: async (attacked: SmokeWorld) => {
        await deafUnderCarelessRules(attacked, app);
      },
    },
    // It switches the calendar off in the end.
    { name: "a function of the app that reminds people, by the change feed", prove: remindsPeople },
  ];
  for (const proof of all) if (!(await isProved(world, proof, say))) return 1;
  return 0;
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "adoption-"));
  const begun = nowMs();
  const took = (what: string): void => {
    say(`${((nowMs() - begun) / 1000).toFixed(0).padStart(4)} s  ${what}`);
  };
  try {
    const packed = join(folder, "tarballs");
    say(await npmIn(rootFolder, ["run", "--silent", "release", "--", "--dry-run", "--into", packed]));
    const tarballs = tarballsIn(packed);
    took("three packages are packed, as a release would");
    const app = await createApp(npmIn, folder, tarballs);
    took("the kit is added to the app, and a second add changed nothing");
    addReminders(app.app);
    return await runSession({
      report: say,
      start: async context => await startApp(app, context),
      body: async ({ environment }) => {
        const world = await SmokeWorld.create(connectionTo(environment));
        try {
          const exitCode = await prove(world, app);
          if (exitCode === 0) took("adopted");
          return exitCode;
        } finally {
          await world.leave();
        }
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.exit(await main());
} catch (error) {
  console.error(describeFailure(error));
  process.exit(1);
}
