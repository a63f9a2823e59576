import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { askAt, offerJava, sizes } from "./java-offer.ts";
import { archiveOf, startStandInAdoptium } from "./testing/stand-in-adoptium.fixture.ts";

const archive = archiveOf("21.0.5");

describe("where no Java does", () => {
  let state: string;
  let server: Awaited<ReturnType<typeof startStandInAdoptium>>;

  beforeEach(async () => {
    state = mkdtempSync(join(tmpdir(), "offer-"));
    server = await startStandInAdoptium({ archive });
  });

  afterEach(() => {
    server.close();
    rmSync(state, { recursive: true });
  });

  /** Returns the JAVA_HOME, or the message of the failure; and everything that was shown. */
  async function offer(
    environment: Record<string, string>,
    answer: boolean | "no terminal",
    apiUrl = server.url,
    platform: { os: string; architecture: string } | undefined = { os: "linux", architecture: "x64" },
  ): Promise<{ result: string; questions: string[]; lines: string[]; rewritten: string[] }> {
    const questions: string[] = [];
    const lines: string[] = [];
    const rewritten: string[] = [];
    const result = await offerJava({
      problem: "Java was not found.\nInstall one.",
      environment,
      terminal: {
        canAsk: answer !== "no terminal",
        ask: async question => {
          questions.push(question);
          return await Promise.resolve(answer === true);
        },
        rewrite: text => rewritten.push(text),
      },
      report: line => lines.push(line),
      download: { folder: join(state, "jre-21"), apiUrl, platform },
    }).then(
      java => java["JAVA_HOME"] ?? "",
      (error: unknown) => (error instanceof Error ? error.message : ""),
    );
    return { result, questions, lines, rewritten };
  }

  test("a yes on the terminal fetches a JRE, with the progress in one line", async () => {
    const { result, questions, lines, rewritten } = await offer({}, true);
    expect(result).toBe(join(state, "jre-21"));
    expect(questions).toEqual([
      "Fetch Java 21 for this folder only (about 50 MB from adoptium.net; the Firestore emulator, about 140 MB, follows once)? [y/N] ",
    ]);
    expect(rewritten).toContain("Java 21: 0.3 of 0.3 MB");
    expect(rewritten.at(-1)).toBe("");
    expect(lines).toEqual(["Java was not found.", `Java 21 is in ${join(state, "jre-21")}`]);
  });

  test.each([
    ["a no on the terminal", {}, false, 1],
    ["no terminal", {}, "no terminal", 0],
    ["CI", { CI: "true" }, true, 0],
    ["FCS_FETCH_JAVA=no", { FCS_FETCH_JAVA: "no" }, true, 0],
  ] as const)("%s fetches nothing, and says what to do", async (_, environment, answer, asked) => {
    const { result, questions } = await offer(environment, answer);
    expect(result).toBe(
      'Java was not found.\nInstall one.\nWith "npm start -- --yes", or FCS_FETCH_JAVA=yes, a Java 21 is fetched into this folder.',
    );
    expect(questions).toHaveLength(asked);
    expect(readdirSync(state)).toEqual([]);
    expect(server.queries).toEqual([]);
  });

  test.each([
    ["on a terminal", {}, false],
    ["without a terminal", {}, "no terminal"],
    ["with CI", { CI: "true" }, "no terminal"],
  ] as const)("--yes fetches a JRE without a question %s", async (_, environment, answer) => {
    const { result, questions } = await offer({ ...environment, FCS_FETCH_JAVA: "yes" }, answer);
    expect(result).toBe(join(state, "jre-21"));
    expect(questions).toEqual([]);
  });

  test("without a terminal, the progress is a few lines", async () => {
    const { lines, rewritten } = await offer({ FCS_FETCH_JAVA: "yes" }, "no terminal");
    expect(rewritten).toEqual([]);
    expect(lines[0]).toBe("fetching Java 21 (about 50 MB)");
    expect(lines.slice(1, -1).every(line => /^Java 21: 0\.\d of 0\.3 MB$/.test(line))).toBe(true);
    expect(lines.slice(1, -1).length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(6);
  });

  test("a download that fails says why, and then what to install", async () => {
    server.close();
    const { result } = await offer({}, true);
    expect(result).toMatch(
      /^Java 21 could not be fetched: .* could not be fetched: .*ECONNREFUSED.*\nJava was not found\.\nInstall one\.$/,
    );
  });

  test("on a machine without an archive nothing is offered", async () => {
    const questions: string[] = [];
    await expect(
      offerJava({
        problem: "Java was not found.",
        environment: { FCS_FETCH_JAVA: "yes" },
        terminal: {
          canAsk: true,
          ask: async question => await Promise.resolve(questions.push(question) > 0),
          rewrite: () => undefined,
        },
        report: () => undefined,
        download: { folder: join(state, "jre-21"), apiUrl: server.url, platform: undefined },
      }),
    ).rejects.toThrow("Java was not found.\nFor this machine no Java can be fetched.");
    expect(questions).toEqual([]);
  });
});

describe("the answer", () => {
  test.each([
    ["y\n", true],
    ["Yes \n", true],
    ["n\n", false],
    ["\n", false],
    ["yesterday\n", false],
    ["", false],
  ])("%j", async (typed, expected) => {
    const input = new PassThrough();
    const output = new PassThrough();
    input.end(typed);
    expect(await askAt(input, output, "Fetch? ")).toBe(expected);
    expect(String(output.read())).toBe("Fetch? ");
  });
});

test("the emulator's size is the one that firebase-tools says", () => {
  const file = createRequire(__filename).resolve("firebase-tools/lib/emulator/downloadableEmulatorInfo.json");
  const { firestore } = JSON.parse(readFileSync(file, "utf8")) as { firestore: { expectedSize: number } };
  expect(sizes.emulator).toBe(Math.round(firestore.expectedSize / 1e7) * 10);
});
