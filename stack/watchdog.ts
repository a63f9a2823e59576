/**
 * Cleans up after a launcher that was killed. Its standard input closes when the launcher has ended, even by SIGKILL.
 * If the launcher has not sent `goodbye` before, the watchdog ends every process of the run.
 *
 * Usage: node watchdog.ts RUN_ID
 */
import { argv, exit, stdin } from "node:process";
import { endMarked, goodbye } from "./marked-processes.ts";

const runId = argv[2];
if (runId === undefined) exit(2);
let received = "";
stdin.setEncoding("utf8");
stdin.on("data", (text: string) => {
  received += text;
});
const cleanUp = async (): Promise<void> => {
  const left = received.endsWith(goodbye) ? [] : await endMarked(runId, { graceMs: 3000, withinMs: 20_000 });
  exit(left.length === 0 ? 0 : 1);
};
stdin.on("error", () => void cleanUp());
stdin.on("end", () => void cleanUp());
