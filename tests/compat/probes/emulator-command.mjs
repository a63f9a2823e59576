/** Starts the package's command, asks it for its state and its page, and ends it with SIGTERM. */
import { spawn } from "node:child_process";
import { join } from "node:path";

const file = join("node_modules", "google-calendar-emulator", "google-calendar-emulator.cjs");
const command = spawn(process.execPath, [file, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
const ended = new Promise(resolve => command.once("exit", (code, signal) => resolve(code ?? signal)));
const url = await new Promise((resolve, reject) => {
  let output = "";
  command.stdout.on("data", chunk => {
    output += chunk;
    const ready = /ready at (\S+)/.exec(output);
    if (ready) resolve(ready[1]);
  });
  void ended.then(how => reject(new Error(`it ended with ${how} before it was ready: ${output}`)));
});
const paths = ["/_emulator/state", "/", "/_page/app.js", "/_page/style.css"];
const answers = await Promise.all(paths.map(path => fetch(url + path)));
command.kill("SIGTERM");
console.log("PROBE", answers.map(({ status }) => status).join(), await ended);
