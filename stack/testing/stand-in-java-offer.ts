/**
 * The start of a stack without any Java, for the tests of the offer.
 *
 * Usage: node stand-in-java-offer.ts STATE_FOLDER API_URL   Prints "Java in <folder>".
 */
import { argv, env, exit } from "node:process";
import { offerJava, ownTerminal } from "../java-offer.ts";
import { jreFolderIn } from "../java.ts";
import { runSession } from "../session.ts";

const [stateFolder = "", apiUrl = ""] = argv.slice(2);

function report(line: string): void {
  console.log(line);
}

exit(
  await runSession({
    stateFolder,
    report,
    start: async () => {
      const java = await offerJava({
        problem: "Java was not found.",
        environment: env,
        terminal: ownTerminal(),
        report,
        download: {
          folder: jreFolderIn(stateFolder),
          apiUrl,
          platform: { os: "linux", architecture: "x64" },
        },
      });
      console.log(`Java in ${java["JAVA_HOME"] ?? ""}`);
      return {};
    },
    body: async () => await Promise.resolve(0),
  }),
);
