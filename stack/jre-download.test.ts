import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { until } from "./client/until.ts";
import { findJre } from "./java.ts";
import { downloadJre, jrePlatformOf, type JreDownload } from "./jre-download.ts";
import { findFreePort } from "./testing/parts.ts";
import {
  archiveOf,
  startStandInAdoptium,
  withChecksum,
  writeJava,
  type StandInBehaviour,
} from "./testing/stand-in-adoptium.fixture.ts";

jest.setTimeout(30_000);

const archive = archiveOf("21.0.5");
const half = archive.bytes.subarray(0, archive.bytes.length / 2);

/** Sends the first half; the connection stays open. */
function sendHalf(response: ServerResponse): void {
  response.setHeader("content-length", archive.bytes.length);
  response.write(half);
}

describe("the download of a JRE", () => {
  const servers: { close: () => void }[] = [];
  const children: ChildProcess[] = [];
  let state: string;
  let folder: string;

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "state-"));
    folder = join(state, "jre-21");
  });

  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    for (const server of servers.splice(0)) server.close();
    rmSync(state, { recursive: true });
  });

  async function serve(behaviour: Partial<StandInBehaviour> = {}): ReturnType<typeof startStandInAdoptium> {
    const server = await startStandInAdoptium({ archive, ...behaviour });
    servers.push(server);
    return server;
  }

  async function download(
    apiUrl: string,
    options: Partial<JreDownload> = {},
  ): ReturnType<typeof downloadJre> {
    const platform = { os: "linux", architecture: "aarch64" };
    return await downloadJre({ folder, apiUrl, platform, progress: () => undefined, ...options });
  }

  test.each([
    ["Linux", "."],
    ["macOS", "Contents/Home"],
  ])("brings a Java that the suite finds first on its PATH (%s)", async (_, home) => {
    const { url, queries } = await serve({ archive: archiveOf("21.0.5", home) });
    const java = await download(url);
    expect(java["JAVA_HOME"]).toBe(join(folder, home));
    const printed = execFileSync("sh", ["-c", "command -v java"], { env: java, encoding: "utf8" });
    expect(printed.trim()).toBe(join(folder, home, "bin", "java"));
    expect(queries).toEqual([
      "/v3/assets/latest/21/hotspot?os=linux&architecture=aarch64&image_type=jre&vendor=eclipse",
    ]);
    expect(findJre(folder)).toEqual(java);
    expect(readdirSync(state)).toEqual(["jre-21"]);
  });

  test("tells its progress in bytes, to the end", async () => {
    const { url } = await serve();
    const told: number[] = [];
    await download(url, {
      progress: (bytes, total) => {
        expect(total).toBe(archive.bytes.length);
        told.push(bytes);
      },
    });
    expect(told.length).toBeGreaterThan(1);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(archive.bytes.length);
  });

  const answer = (status: number) => (response: ServerResponse) => {
    response.writeHead(status).end();
  };
  const failures: [string, Partial<StandInBehaviour>, string | RegExp][] = [
    ["another checksum", { said: { checksum: "0".repeat(64) } }, "has another checksum than Adoptium says"],
    ["too few bytes", { said: { size: archive.bytes.length + 1 } }, "has another size than Adoptium says"],
    ["too many bytes", { said: { size: archive.bytes.length - 1 } }, "has another size than Adoptium says"],
    [
      "a connection that is cut half-way",
      {
        answerArchive: response => {
          sendHalf(response);
          setTimeout(() => response.destroy(), 100);
        },
      },
      /jre\.tar\.gz could not be fetched: (other side closed|.*ECONNRESET|terminated)/,
    ],
    [
      "silence half-way",
      { answerArchive: sendHalf },
      "jre.tar.gz could not be fetched: nothing arrived for 1 s",
    ],
    ["404 of the API", { answerQuery: answer(404) }, /hotspot\?.* answered 404 Not Found/],
    ["500 of the API", { answerQuery: answer(500) }, /hotspot\?.* answered 500/],
    ["404 of the archive", { answerArchive: answer(404) }, /jre\.tar\.gz answered 404/],
    ["500 of the archive", { answerArchive: answer(500) }, /jre\.tar\.gz answered 500/],
    ["no package", { answerQuery: response => response.end("[]") }, "no JRE 21 for linux on aarch64"],
    [
      "another format",
      { answerQuery: response => response.end('[{"a":1}]') },
      "its answer is not Adoptium's",
    ],
    ["a page in place of JSON", { answerQuery: response => response.end("<html>") }, "not valid JSON"],
    ["an older Java", { archive: archiveOf("17.0.15") }, "brought no Java 21 that runs on this machine"],
  ];

  test.each(failures)("%s is a failure that leaves nothing behind", async (_, behaviour, message) => {
    const { url } = await serve(behaviour);
    await expect(download(url, { idleMs: 1000 })).rejects.toMatchObject({
      name: "StackFailure",
      message: expect.stringMatching(message),
    });
    expect(readdirSync(state)).toEqual([]);
  });

  test("what is no archive is a failure that leaves nothing behind", async () => {
    const { url } = await serve({ archive: withChecksum(Buffer.from("no archive")) });
    await expect(download(url)).rejects.toThrow("jre.tar.gz could not be unpacked");
    expect(readdirSync(state)).toEqual([]);
  });

  test("no network is a failure with the address and the reason", async () => {
    const port = await findFreePort();
    await expect(download(`http://127.0.0.1:${port}`)).rejects.toThrow(
      new RegExp(`http://127.0.0.1:${port}/v3/.* could not be fetched: .*ECONNREFUSED`),
    );
    expect(readdirSync(state)).toEqual([]);
  });

  test.each([
    ["without a program", () => mkdirSync(join(folder, "lib"), { recursive: true })],
    [
      "with an older Java",
      () => {
        writeJava(folder, "17.0.15");
      },
    ],
  ])("a folder %s is not taken for a JRE, and is replaced", async (_, prepare) => {
    prepare();
    expect(findJre(folder)).toBeUndefined();
    const { url } = await serve();
    expect(await download(url)).toEqual(findJre(folder));
    expect(findJre(folder)).toBeDefined();
    expect(readdirSync(state)).toEqual(["jre-21"]);
  });

  test("two downloads into one folder both end with its Java", async () => {
    const { url } = await serve();
    const starts = [startOffer(url), startOffer(url)];
    expect(await Promise.all(starts.map(async ({ ended }) => await ended))).toEqual([0, 0]);
    expect(readdirSync(state).filter(name => name.startsWith("jre"))).toEqual(["jre-21"]);
  });

  function startOffer(url: string): { child: ChildProcess; ended: Promise<number | NodeJS.Signals | null> } {
    const script = join(import.meta.dirname, "testing", "stand-in-java-offer.ts");
    const child = spawn(process.execPath, [script, state, url], {
      env: { ...process.env, FCS_FETCH_JAVA: "yes" },
      stdio: "ignore",
    });
    children.push(child);
    const ended = new Promise<number | NodeJS.Signals | null>(resolve => {
      child.once("exit", (code, signal) => {
        resolve(signal ?? code);
      });
    });
    return { child, ended };
  }

  const jreFolders = (): string[] => readdirSync(state).filter(name => name.startsWith("jre"));

  test("Ctrl-C in the middle leaves nothing behind", async () => {
    const { url } = await serve({ answerArchive: sendHalf });
    const { child, ended } = startOffer(url);
    await until("a part is there", () => jreFolders().length > 0);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(jreFolders()).toEqual([]);
  });

  test("kill -9 in the middle leaves nothing that is taken for a JRE, and the next download deletes it", async () => {
    const { url } = await serve({ answerArchive: sendHalf });
    const { child, ended } = startOffer(url);
    await until("a part is there", () => jreFolders().length > 0);
    child.kill("SIGKILL");
    expect(await ended).toBe("SIGKILL");
    expect(jreFolders()).toEqual([`jre-21.part-${child.pid ?? 0}`]);
    expect(findJre(folder)).toBeUndefined();
    await download((await serve()).url);
    expect(jreFolders()).toEqual(["jre-21"]);
  });
});

describe("the platform of a JRE", () => {
  test.each([
    ["linux", "x64", false, { os: "linux", architecture: "x64" }],
    ["linux", "arm64", true, { os: "alpine-linux", architecture: "aarch64" }],
    ["darwin", "arm64", false, { os: "mac", architecture: "aarch64" }],
    ["win32", "x64", false, undefined],
    ["linux", "s390x", false, undefined],
  ])("%s on %s (musl: %s)", (platform, arch, isMusl, expected) => {
    expect(jrePlatformOf(platform, arch, isMusl)).toEqual(expected);
  });
});
