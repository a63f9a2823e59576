/**
 * `npm run stack` with stand-in parts, for the tests of starting and stopping.
 *
 * Usage: node stand-in-launcher.ts STATE_FOLDER PORT [BEHAVIOUR…]   (see stand-in-part.ts) Prints "up <run folder>"
 * when the part is ready, and "ended by <signal>" after a request to end.
 */
import { join } from "node:path";
import { argv, exit } from "node:process";
import { runSession } from "../session.ts";
import { standInPart } from "./parts.ts";

const [stateFolder = "", port, ...behaviour] = argv.slice(2);
const part = standInPart(Number(port), behaviour);
exit(
  await runSession({
    stateFolder,
    report: line => {
      process.stderr.write(`${line}\n`);
    },
    start: async ({ supervisor }) => {
      await supervisor.start(part);
      return {};
    },
    body: async ({ runFolder, stopped }) => {
      console.log(`up ${join(runFolder, `${part.name}.log`)}`);
      const { signal } = await stopped;
      console.log(`ended by ${signal}`);
      return 0;
    },
  }),
);
