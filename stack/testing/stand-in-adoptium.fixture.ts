import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { listenLocally } from "./parts.ts";

export type Archive = { readonly bytes: Buffer; readonly checksum: string };

/** An archive as Adoptium's. Its `java` is a shell script. */
export function archiveOf(version: string, home = "."): Archive {
  const folder = mkdtempSync(join(tmpdir(), "jre-"));
  writeJava(join(folder, "jdk-21.0.5+11-jre", home), version);
  // Random content cannot be compressed, so the archive has more than one piece.
  writeFileSync(join(folder, "jdk-21.0.5+11-jre", "modules"), Buffer.from(noise(300_000)));
  const file = join(folder, "jre.tar.gz");
  create({ file, cwd: folder, gzip: true, sync: true }, ["jdk-21.0.5+11-jre"]);
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return withChecksum(bytes);
}

export function withChecksum(bytes: Buffer): Archive {
  return { bytes, checksum: createHash("sha256").update(bytes).digest("hex") };
}

/** Writes a `bin/java` that says its version as Java does. */
export function writeJava(home: string, version: string): void {
  mkdirSync(join(home, "bin"), { recursive: true });
  const java = join(home, "bin", "java");
  writeFileSync(java, `#!/bin/sh\necho 'openjdk version "${version}" 2024-10-15 LTS' >&2\n`);
  chmodSync(java, 0o755);
}

function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0, state = 1; index < length; index++) {
    state = (state * 48_271) % 2_147_483_647;
    bytes[index] = state;
  }
  return bytes;
}

export type StandInBehaviour = {
  readonly archive: Archive;
  /** Replaces what Adoptium says about the archive. */
  readonly said?: { readonly checksum?: string; readonly size?: number };
  readonly answerQuery?: (response: ServerResponse) => void;
  readonly answerArchive?: (response: ServerResponse) => void;
};

/** Answers Adoptium's API with one package, and serves its archive. */
export async function startStandInAdoptium({
  archive,
  said,
  answerQuery,
  answerArchive,
}: StandInBehaviour): Promise<{ url: string; queries: string[]; close: () => void }> {
  const queries: string[] = [];
  let url = "";
  const answer = ({ url: path = "" }: IncomingMessage, response: ServerResponse): void => {
    if (path === "/jre.tar.gz") {
      if (answerArchive !== undefined) answerArchive(response);
      else response.end(archive.bytes);
      return;
    }
    queries.push(path);
    const described = { link: `${url}/jre.tar.gz`, checksum: archive.checksum, size: archive.bytes.length };
    if (answerQuery !== undefined) answerQuery(response);
    else response.end(JSON.stringify([{ binary: { package: { ...described, ...said } } }]));
  };
  const server = createServer(answer);
  url = `http://127.0.0.1:${await listenLocally(server)}`;
  return {
    url,
    queries,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
