/**
 * A part of the stack for tests: listens on a port until it is ended.
 *
 * Usage: node stand-in-part.ts PORT [ignore-term] [with-detached-child] [end-at-once] [never-ready] It crashes when a
 * client connects and sends data.
 */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import process, { argv, exit } from "node:process";

const [port, ...behaviour] = argv.slice(2);
if (behaviour.includes("ignore-term")) process.on("SIGTERM", () => undefined);
if (behaviour.includes("with-detached-child")) {
  // Like firebase-tools with Java: the child has a group of its own, which a signal to our group does not reach.
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
    detached: true,
    stdio: "ignore",
  });
  console.log(`detached child ${child.pid}`);
  child.unref();
}
if (behaviour.includes("end-at-once")) {
  console.log("something is missing");
  exit(3);
}
createServer(socket => {
  socket.on("data", () => {
    console.log("asked to crash");
    exit(7);
  });
  socket.on("error", () => undefined);
}).listen(Number(port), "127.0.0.1", () => {
  if (!behaviour.includes("never-ready")) console.log("stand-in ready");
});
