/** `npm run smoke`: checks the product's main functions without a browser. See scripts/help/smoke.txt. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addressesAt, rootFolder } from "../../stack/addresses.ts";
import { connectionOf } from "../../stack/client/connection.ts";
import { describeFailure } from "../../stack/failure.ts";
import { agreeToFetchJava } from "../../stack/java-offer.ts";
import { exitCodeOf, runSession } from "../../stack/session.ts";
import { takeStackOptions } from "../../stack/stack-options.ts";
import { runSmoke } from "./run-smoke.ts";

function report(line: string): void {
  console.log(line);
}

async function main(args: readonly string[]): Promise<number> {
  const taken = takeStackOptions(args);
  if ("problem" in taken) {
    console.error(taken.problem);
    return 2;
  }
  const { rest, yes, ...options } = taken;
  if (yes) agreeToFetchJava();
  if (rest.some(argument => argument !== "--attach")) {
    console.error(readFileSync(join(rootFolder, "scripts", "help", "smoke.txt"), "utf8"));
    return rest.includes("--help") || rest.includes("-h") ? 0 : 2;
  }
  if (rest.includes("--attach")) {
    // Inside `npm run stack` the environment contains the addresses. In another terminal the port offset determines
    // them.
    const environment = {
      STACK_LOGS: "",
      ...addressesAt(options.portOffset).environment,
      ...(options.portOffset === 0 ? process.env : {}),
    };
    return await runSmoke(connectionOf(environment), report);
  }
  return await runSession({
    ...options,
    report,
    body: async ({ environment, stopped }) => {
      const interrupted = stopped.then(({ signal }) => exitCodeOf(signal));
      return await Promise.race([runSmoke(connectionOf(environment), report), interrupted]);
    },
  });
}

const code = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(describeFailure(error));
  return 1;
});
process.exit(code);
