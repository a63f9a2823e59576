import { expect, test } from "@jest/globals";
import { cleanEnvironment } from "./clean-environment.ts";

test("a program finds no command of the repository, and its own Node first", () => {
  const path = "/repo/node_modules/.bin:/usr/local/bin:/repository/bin:/repo:/usr/bin";
  expect(cleanEnvironment({ PATH: path }, "/repo", "/node-20/bin")["PATH"]).toBe(
    "/node-20/bin:/usr/local/bin:/repository/bin:/usr/bin",
  );
});

test("a program does not see the npm that runs us, but the configuration of npm", () => {
  const current = {
    npm_config_local_prefix: "/repo",
    npm_config_registry: "https://registry.example",
    npm_lifecycle_event: "compat",
    npm_package_name: "firestore-calendar-sync",
    NODE_OPTIONS: "--no-warnings",
    NODE_PATH: "/repo/node_modules",
    HOME: "/home/ada",
  };
  const changed = cleanEnvironment(current, "/repo", "/node/bin");
  const removed = Object.keys(current).filter(name => name in changed && changed[name] === undefined);
  expect(removed).toEqual([
    "npm_config_local_prefix",
    "npm_lifecycle_event",
    "npm_package_name",
    "NODE_OPTIONS",
    "NODE_PATH",
  ]);
});
