import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootFolder } from "../../../stack/addresses.ts";
import { findFirestoreEmulator } from "../../../stack/firestore-emulator.ts";
import type { JavaEnvironment } from "../../../stack/java.ts";

/** Google's Firestore emulator, on a port of its own. */
export interface FirestoreProcess {
  /** `127.0.0.1:PORT`, for FIRESTORE_EMULATOR_HOST. */
  readonly host: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** The suite may download the emulator at its first start. */
const startWithinMs = 300_000;

/** Starts the Firestore emulator of this machine with the project's rules; resolves when it listens. */
export async function startFirestore(projectId: string): Promise<FirestoreProcess> {
  const folder = mkdtempSync(join(tmpdir(), "firestore-"));
  const port = await freePort();
  const [command, args, java] = commandOf(port, projectId, folder);
  const env = { ...process.env, ...java };
  const child = spawn(command, args, { cwd: folder, env, stdio: "ignore", detached: true });
  const ended = new Promise<void>(resolve => {
    child.once("exit", () => {
      resolve();
    });
    child.once("error", () => {
      resolve();
    });
  });
  const stop = (): void => {
    if (child.pid === undefined) return;
    try {
      // The suite's Java runs in the group of its parent.
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // The emulator has already ended.
    }
  };
  process.once("exit", stop);
  const deadline = performance.now() + startWithinMs;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || child.signalCode !== null || performance.now() > deadline) {
      stop();
      throw new Error("the Firestore emulator did not start");
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return {
    host: `127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    close: async () => {
      stop();
      await ended;
      process.off("exit", stop);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function commandOf(port: number, projectId: string, folder: string): [string, string[], JavaEnvironment] {
  const rules = join(rootFolder, "firestore.rules");
  const emulator = findFirestoreEmulator();
  if (emulator.kind === "cloud-sdk") {
    const main = "com.google.cloud.datastore.emulator.firestore.CloudFirestore";
    const flags = [
      "--host",
      "127.0.0.1",
      "--port",
      String(port),
      "--rules",
      rules,
      "--project_id",
      projectId,
    ];
    return ["java", ["-Duser.language=en", "-cp", emulator.jar, main, ...flags], {}];
  }
  const config = join(folder, "firebase.json");
  const emulators = {
    firestore: { host: "127.0.0.1", port },
    ui: { enabled: false },
    singleProjectMode: false,
  };
  writeFileSync(config, JSON.stringify({ firestore: { rules }, emulators }));
  const firebase = join(rootFolder, "node_modules", "firebase-tools", "lib", "bin", "firebase.js");
  const flags = ["--only", "firestore", "--project", projectId, "--config", config];
  return [process.execPath, [firebase, "emulators:start", ...flags], emulator.environment];
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>(resolve => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function accepts(port: number): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}
