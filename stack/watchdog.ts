/**
 * A process that outlives the launcher's worst end. It waits for its standard input to close: that happens
 * when the launcher is gone, even by SIGKILL. Unless the launcher said goodbye before, every process of the
 * run is then ended.
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
