import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readEnv } from "../../functions/cli/plan/env-text.ts";
import { configFolder, kitFolder } from "../../functions/cli/plan/kit-layout.ts";

/** The folders that may have params. */
export interface EnvPlaces {
  /** Of functions that are no kit. */
  readonly functions: string;
  /** The Firebase project that may have a kit. */
  readonly host: string;
}

/** The folder with the params of an instance: that of a kit's instance, or that of functions that are no kit. */
export function envFolder(places: EnvPlaces, instance: string): string {
  return instance === "default" ? places.functions : join(places.host, configFolder(instance));
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
  const folder = join(host, kitFolder);
  const instances = existsSync(folder)
    ? readdirSync(folder).flatMap(name => /^config-(.+)$/.exec(name)?.[1] ?? [])
    : [];
  return instances.includes("calendar") ? "calendar" : (instances.sort()[0] ?? "calendar");
}
