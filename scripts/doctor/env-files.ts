import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { rootFolder } from "../../stack/addresses.ts";

/** Where the Firebase CLI keeps the params of a kit's instance (functions/kits/install.js of firebase-tools). */
export const kitFolder = (instance: string): string =>
  `function-kits/firestore-calendar-sync/config-${instance}`;

/** The folder with the params: that of a kit's instance, in the folder where npm was called, or `functions/`. */
export function envFolder(instance: string | undefined): string {
  return instance === undefined || instance === "default"
    ? join(rootFolder, "functions")
    : join(process.env["INIT_CWD"] ?? process.cwd(), kitFolder(instance));
}

/** The params of `.env` and `.env.PROJECT` in a folder, as the Firebase CLI reads them. */
export function readEnvFiles(folder: string, projectId: string): Record<string, string> {
  const params: Record<string, string> = {};
  for (const name of [".env", `.env.${projectId}`]) {
    const file = join(folder, name);
    if (existsSync(file)) Object.assign(params, parseEnv(readFileSync(file, "utf8")));
  }
  return params;
}
