import { delimiter, sep } from "node:path";

/** Lines that begin with these are set by `npm run`, and describe this repository. */
const ofNpmRun =
  /^npm_(lifecycle|package|config_(local_prefix|workspaces?|loglevel|global_prefix|prefix)|command)/i;
const ofThisProcess = ["NODE_OPTIONS", "NODE_PATH", "INIT_CWD", "JEST_WORKER_ID", "NODE_ENV"];

/**
 * The variables to change for a program that shall see neither this repository nor the npm that runs us; `undefined`
 * removes one. npm's own configuration (files, `npm_config_registry`) stays.
 *
 * @param root the repository, whose commands must not be found
 * @param nodeFolder the folder of the Node that runs the program
 */
export function cleanEnvironment(
  current: Readonly<Record<string, string | undefined>>,
  root: string,
  nodeFolder: string,
): Record<string, string | undefined> {
  const removed = Object.keys(current).filter(name => ofNpmRun.test(name) || ofThisProcess.includes(name));
  const elsewhere = (current["PATH"] ?? "")
    .split(delimiter)
    .filter(folder => folder !== root && !folder.startsWith(root + sep));
  return {
    ...Object.fromEntries(removed.map(name => [name, undefined])),
    PATH: [nodeFolder, ...elsewhere].join(delimiter),
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    npm_config_prefer_offline: "true",
    npm_config_loglevel: "error",
    npm_config_fetch_retries: "1",
    CI: "true",
    NEXT_TELEMETRY_DISABLED: "1",
  };
}
