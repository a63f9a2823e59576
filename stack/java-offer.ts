import { createInterface } from "node:readline";
import { StackFailure } from "./failure.ts";
import type { JavaEnvironment } from "./java.ts";
import { javaForSuite } from "./java.ts";
import { downloadJre, type JreDownload } from "./jre-download.ts";

/** Answers the question before it is asked: "yes" or "no". The option --yes of the commands sets it to "yes". */
const fetchJavaVariable = "FCS_FETCH_JAVA";

/** For this process and the programs that it starts: a missing Java is fetched without a question. */
export function agreeToFetchJava(): void {
  process.env[fetchJavaVariable] = "yes";
}

/** For this process and the programs that it starts: nothing is asked, and nothing fetched. */
export function declineToFetchJava(): void {
  process.env[fetchJavaVariable] = "no";
}

/** In MB. The emulator's size is the one in firebase-tools' downloadableEmulatorInfo.json. */
export const sizes = { jre: 50, emulator: 140 } as const;

/** The terminal, as far as the offer needs it. */
export type OfferTerminal = {
  /** False in a pipe: nobody would answer. */
  readonly canAsk: boolean;
  /** True if the answer is yes. */
  readonly ask: (question: string) => Promise<boolean>;
  /** Rewrites the last line of the terminal. */
  readonly rewrite: (text: string) => void;
};

export type JavaOffer = {
  /** Why the machine's Java does not do. */
  readonly problem: string;
  readonly environment: Readonly<NodeJS.ProcessEnv>;
  readonly terminal: OfferTerminal;
  readonly report: (line: string) => void;
  /** Undefined platform: there is no archive for this machine. */
  readonly download: Omit<JreDownload, "platform" | "progress"> & {
    readonly platform: JreDownload["platform"] | undefined;
  };
};

const howToConsent = `With "npm start -- --yes", or ${fetchJavaVariable}=yes, a Java ${javaForSuite} is fetched into this folder.`;

/** Fetches a JRE if the person agrees. Otherwise, or if that fails, throws a failure that explains what to do. */
export async function offerJava(offer: JavaOffer): Promise<JavaEnvironment> {
  const { problem, report, terminal } = offer;
  const { platform, ...download } = offer.download;
  if (platform === undefined) throw new StackFailure(`${problem}\nFor this machine no Java can be fetched.`);
  if (!(await isAgreed(offer))) throw new StackFailure(`${problem}\n${howToConsent}`);
  const progress = reportProgress(terminal, report);
  try {
    const jre = await downloadJre({ ...download, platform, progress });
    if (terminal.canAsk) terminal.rewrite("");
    report(`Java ${javaForSuite} is in ${download.folder}`);
    return jre;
  } catch (error) {
    if (!(error instanceof StackFailure)) throw error;
    if (terminal.canAsk) terminal.rewrite("");
    throw new StackFailure(`Java ${javaForSuite} could not be fetched: ${error.message}\n${problem}`);
  }
}

async function isAgreed({ problem, environment, terminal, report }: JavaOffer): Promise<boolean> {
  const given = environment[fetchJavaVariable];
  if (given === "yes") {
    report(`fetching Java ${javaForSuite} (about ${sizes.jre} MB)`);
    return true;
  }
  const isAutomatic =
    environment["CI"] !== undefined && environment["CI"] !== "" && environment["CI"] !== "false";
  if (given === "no" || isAutomatic || !terminal.canAsk) return false;
  // The rest of it is what to install instead, for a person who says no.
  report(problem.split("\n", 1).join(""));
  return await terminal.ask(
    `Fetch Java ${javaForSuite} for this folder only (about ${sizes.jre} MB from adoptium.net; the Firestore emulator, ` +
      `about ${sizes.emulator} MB, follows once)? [y/N] `,
  );
}

/** On a terminal one line that changes; otherwise a line for every quarter. */
function reportProgress(terminal: OfferTerminal, report: (line: string) => void): JreDownload["progress"] {
  let last = "";
  let quarter = 0;
  return (bytes, total) => {
    const text = `Java ${javaForSuite}: ${(bytes / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`;
    if (terminal.canAsk) {
      if (text !== last) terminal.rewrite(text);
    } else if (Math.floor((4 * bytes) / total) > quarter) {
      quarter = Math.floor((4 * bytes) / total);
      report(text);
    }
    last = text;
  };
}

/** The terminal of this process. */
export function ownTerminal(): OfferTerminal {
  return {
    canAsk: process.stdin.isTTY && process.stderr.isTTY,
    ask: async question => await askAt(process.stdin, process.stderr, question),
    rewrite: text => {
      process.stderr.write(`\r\u001b[K${text}`);
    },
  };
}

/** The end of the input (Ctrl-D) is a no. */
export async function askAt(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<boolean> {
  // `terminal: false` leaves the keys to the terminal, so that Ctrl-C remains a signal.
  const lines = createInterface({ input, output, terminal: false });
  const answer = await new Promise<string>(resolve => {
    lines.once("close", () => {
      resolve("");
    });
    lines.question(question, resolve);
  });
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}
