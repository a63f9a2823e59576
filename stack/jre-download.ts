import { createHash } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import http from "node:http";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as startTimer, clearTimeout as stopTimer } from "node:timers";
import { extract } from "tar";
import * as z from "zod";
import { StackFailure } from "./failure.ts";
import { findJre, javaForSuite, type JavaEnvironment } from "./java.ts";
import { sendSignal } from "./marked-processes.ts";

/** Eclipse Temurin's builds (https://api.adoptium.net/q/swagger-ui/). */
export const adoptium = "https://api.adoptium.net";

/** A JRE as Adoptium names it, for example linux and aarch64. */
export type JrePlatform = { readonly os: string; readonly architecture: string };

export type JreDownload = {
  /** Where the JRE will be. Beside it are temporary folders while it is fetched. */
  readonly folder: string;
  readonly apiUrl: string;
  readonly platform: JrePlatform;
  /** Is called for every piece that arrives. */
  readonly progress: (bytes: number, totalBytes: number) => void;
  /** The download is given up when nothing arrives for this time. */
  readonly idleMs?: number;
};

const assetsSchema = z.array(
  z.object({
    binary: z.object({
      package: z.object({
        link: z.url(),
        checksum: z.string().regex(/^[0-9a-f]{64}$/),
        size: z.number().int().positive(),
      }),
    }),
  }),
);
type JrePackage = z.infer<typeof assetsSchema>[number]["binary"]["package"];

/** The platform of this machine. Undefined if Temurin's archives for it are not .tar.gz, or if there are none. */
export function jrePlatformOf(platform: string, arch: string, isMusl: boolean): JrePlatform | undefined {
  const os = { linux: isMusl ? "alpine-linux" : "linux", darwin: "mac" }[platform];
  const architecture = { x64: "x64", arm64: "aarch64" }[arch];
  return os === undefined || architecture === undefined ? undefined : { os, architecture };
}

/**
 * Fetches the newest JRE of the version that the suite needs, verifies size and checksum, and puts it into `folder` by
 * renaming, when it has been seen to run. Until then everything is in a folder that ends with this process, or that the
 * next download deletes. Throws a failure that says what did not work.
 */
export async function downloadJre(download: JreDownload): Promise<JavaEnvironment> {
  const { folder } = download;
  deleteLeftovers(folder);
  const part = `${folder}.part-${process.pid}`;
  const unpacked = join(part, "jre");
  const clean = (): void => {
    rmSync(part, { recursive: true, force: true });
  };
  clean();
  mkdirSync(unpacked, { recursive: true });
  // Ctrl-C ends the process while this waits.
  process.once("exit", clean);
  // Node's fetch uses HTTPS_PROXY and NO_PROXY only on request. The stack itself must not use them.
  const forgetProxy = http.setGlobalProxyFromEnv();
  try {
    const wanted = await findPackage(download);
    const archive = join(part, "jre.tar.gz");
    await save(wanted, archive, download);
    await extract({ file: archive, cwd: unpacked, strip: 1 }).catch((error: unknown) => {
      throw new StackFailure(`${wanted.link} could not be unpacked: ${describe(error)}`);
    });
    if (findJre(unpacked) === undefined)
      throw new StackFailure(`${wanted.link} brought no Java ${javaForSuite} that runs on this machine`);
    moveInto(folder, unpacked, part);
    const jre = findJre(folder);
    if (jre === undefined) throw new StackFailure(`${folder} has no Java that runs`);
    return jre;
  } finally {
    forgetProxy();
    process.off("exit", clean);
    clean();
  }
}

/** Replaces what is in the folder. Another start that was faster has put there what runs; then that stays. */
function moveInto(folder: string, unpacked: string, part: string): void {
  if (findJre(folder) !== undefined) return;
  if (existsSync(folder)) renameSync(folder, join(part, "replaced"));
  try {
    renameSync(unpacked, folder);
  } catch (error) {
    if (findJre(folder) === undefined) throw error;
  }
}

/** Deletes what processes have left that were killed. */
function deleteLeftovers(folder: string): void {
  const begin = `${basename(folder)}.part-`;
  if (!existsSync(dirname(folder))) return;
  for (const name of readdirSync(dirname(folder))) {
    if (!name.startsWith(begin) || sendSignal(Number(name.slice(begin.length)), 0)) continue;
    rmSync(join(dirname(folder), name), { recursive: true, force: true });
  }
}

async function findPackage({ apiUrl, platform, idleMs }: JreDownload): Promise<JrePackage> {
  const query = new URLSearchParams({ ...platform, image_type: "jre", vendor: "eclipse" });
  const url = `${apiUrl}/v3/assets/latest/${javaForSuite}/hotspot?${query.toString()}`;
  const patience = new Patience(url, idleMs);
  try {
    const answer = await patience.fetch();
    const [asset] = assetsSchema.parse(JSON.parse(await answer.text()));
    if (asset === undefined) {
      throw new StackFailure(
        `Adoptium has no JRE ${javaForSuite} for ${platform.os} on ${platform.architecture}`,
      );
    }
    return asset.binary.package;
  } catch (error) {
    throw patience.explain(error);
  } finally {
    patience.end();
  }
}

async function save(
  { link, checksum, size }: JrePackage,
  file: string,
  { progress, idleMs }: JreDownload,
): Promise<void> {
  const patience = new Patience(link, idleMs);
  const hash = createHash("sha256");
  let bytes = 0;
  const count = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      patience.renew();
      hash.update(chunk);
      bytes += chunk.length;
      progress(Math.min(bytes, size), size);
      yield chunk;
      if (bytes > size) return;
    }
  };
  try {
    const { body } = await patience.fetch();
    await pipeline((body ?? []) as AsyncIterable<Uint8Array>, count, createWriteStream(file));
  } catch (error) {
    throw patience.explain(error);
  } finally {
    patience.end();
  }
  if (bytes !== size)
    throw new StackFailure(`${link} has another size than Adoptium says: ${bytes} instead of ${size} bytes`);
  const found = hash.digest("hex");
  if (found !== checksum)
    throw new StackFailure(
      `${link} has another checksum than Adoptium says: ${found} instead of ${checksum}`,
    );
}

/** A request that is given up when nothing arrives for a time, and whose failures name the address. */
class Patience {
  readonly #url: string;
  readonly #idleMs: number;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(url: string, idleMs = 60_000) {
    this.#url = url;
    this.#idleMs = idleMs;
  }

  async fetch(): Promise<Response> {
    this.renew();
    const answer = await fetch(this.#url, { signal: this.#controller.signal });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new StackFailure(`${this.#url} answered ${answer.status} ${answer.statusText}`.trimEnd());
    }
    return answer;
  }

  renew(): void {
    stopTimer(this.#timer);
    this.#timer = startTimer(() => {
      this.#controller.abort(new Error(`nothing arrived for ${Math.round(this.#idleMs / 1000)} s`));
    }, this.#idleMs);
  }

  end(): void {
    stopTimer(this.#timer);
  }

  explain(error: unknown): StackFailure {
    if (error instanceof StackFailure) return error;
    return new StackFailure(`${this.#url} could not be fetched: ${describe(error)}`);
  }
}

/** Node's fetch says only "fetch failed"; the reason is the cause. */
function describe(error: unknown): string {
  if (error instanceof z.ZodError) return `its answer is not Adoptium's (${z.prettifyError(error)})`;
  const thrown = thrownSchema.safeParse(error).data;
  // With several addresses of one host, the cause has a code only.
  return thrown?.cause?.message ?? thrown?.cause?.code ?? thrown?.message ?? String(error);
}

const text = z.string().min(1).optional().catch(undefined);
const thrownSchema = z.object({
  message: text,
  cause: z.object({ message: text, code: text }).optional().catch(undefined),
});
