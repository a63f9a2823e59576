/** `npm run smoke`: the main job, without a browser. See help/smoke.txt. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runSmoke } from "./smoke/run-smoke.ts";
import { describeFailure } from "../stack/failure.ts";
import { exitCodeOf, runSession } from "../stack/session.ts";

function report(line: string): void {
  console.log(line);
}

async function main(args: readonly string[]): Promise<number> {
  if (args.some(argument => argument !== "--attach")) {
    console.error(readFileSync(join(import.meta.dirname, "help", "smoke.txt"), "utf8"));
    return args.includes("--help") || args.includes("-h") ? 0 : 2;
  }
  if (args.includes("--attach")) return await runSmoke(report);
  return await runSession({
    report,
    body: async ({ stopped }) => {
      const interrupted = stopped.then(({ signal }) => exitCodeOf(signal));
      return await Promise.race([runSmoke(report), interrupted]);
    },
  });
}

const code = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(describeFailure(error));
  return 1;
});
process.exit(code);
