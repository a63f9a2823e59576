import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readEnv } from "../../functions/cli/plan/env-text.ts";

/** Where the Firebase CLI keeps a kit (functions/kits/install.js of firebase-tools). */
const kit = "function-kits/firestore-calendar-sync";

/** Where the Firebase CLI keeps the params of a kit's instance. */
export const kitFolder = (instance: string): string => `${kit}/config-${instance}`;

/** The folders that may have params. */
export interface EnvPlaces {
  /** Of functions that are no kit. */
  readonly functions: string;
  /** The Firebase project that may have a kit. */
  readonly host: string;
}

/** The folder with the params of an instance: that of a kit's instance, or that of functions that are no kit. */
export function envFolder(places: EnvPlaces, instance: string): string {
  return instance === "default" ? places.functions : join(places.host, kitFolder(instance));
}

/** The params of `.env` and `.env.PROJECT` in a folder, as the Firebase CLI reads them. */
export function readEnvFiles(folder: string, projectId: string): Record<string, string> {
  const params: Record<string, string> = {};
  for (const name of [".env", `.env.${projectId}`]) {
    const file = join(folder, name);
    if (existsSync(file)) Object.assign(params, Object.fromEntries(readEnv(readFileSync(file, "utf8"))));
  }
  return params;
}

/** The instance that a host project has in its files: `calendar`, the default of `add`, or the first of the others. */
export function instanceIn(host: string): string {
  const folder = join(host, kit);
  const instances = existsSync(folder)
    ? readdirSync(folder).flatMap(name => /^config-(.+)$/.exec(name)?.[1] ?? [])
    : [];
  return instances.includes("calendar") ? "calendar" : (instances.sort()[0] ?? "calendar");
}
