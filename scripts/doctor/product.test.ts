import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { rootFolder } from "../../stack/addresses.ts";
import { paths } from "../../functions/src/firestore/documents.ts";
import {
  basicFunctions,
  callables,
  defaultMaxInstances,
  queues,
  schedules,
  secrets,
  isWrite,
} from "./product.ts";
import { intParams } from "../../functions/src/params.ts";
import { serverCollections } from "../../functions/cli/rules/our-documents.ts";

const sources = join(rootFolder, "functions", "src");
const read = (file: string): string => readFileSync(join(sources, file), "utf8");
const triggers = globSync("triggers/*.trigger.ts", { cwd: sources }).map(read);

/** The names that the triggers export with a builder, and the text of each. */
const exportedWith = (builder: string): Map<string, string> =>
  new Map(
    triggers.flatMap(text => {
      const name = new RegExp(`export const (\\w+) = ${builder}\\(`).exec(text)?.[1];
      return name === undefined ? [] : [[name, text] as const];
    }),
  );

const isBasic = (name = ""): boolean => !isWrite(name);

describe("the list of what is deployed agrees with the code", () => {
  test("all functions", () => {
    const exported = [...read("index.ts").matchAll(/export \{ (\w+) \}/g)].map(([, name]) => name);
    expect([...basicFunctions].sort()).toEqual(exported.filter(isBasic).sort());
  });

  test("callables", () => {
    const exported = [...exportedWith("onCall").keys()];
    expect([...callables].sort()).toEqual(exported.filter(isBasic).sort());
  });

  test("queues and their limits", () => {
    const limits = [...exportedWith("onTaskDispatched")].map(([name, text]) => [
      name,
      Number(/maxConcurrentDispatches: (\d+)/.exec(text)?.[1]),
    ]);
    expect(queues).toEqual(Object.fromEntries(limits));
  });

  test("schedules", () => {
    const hours = [...exportedWith("onSchedule")].map(([name, text]) => [
      name,
      Number(
        /schedule: "0 \*\/(\d+) \* \* \*"/.exec(text)?.[1] ??
          (/schedule: "0 \d+ \* \* \*"/.test(text) ? 24 : NaN),
      ),
    ]);
    expect(schedules).toEqual(Object.fromEntries(hours));
  });

  test("collections that no client may read", () => {
    const ids = Object.values(paths).map(
      path => (typeof path === "string" ? path : path("key", 0)).split("/")[0],
    );
    expect(new Set(serverCollections)).toEqual(new Set(ids));
  });

  test("secrets, and the limit of instances", () => {
    const defined = [...read("config.ts").matchAll(/defineSecret\("(\w+)"\)/g)].map(([, name]) => name);
    expect([...secrets].sort()).toEqual(defined.sort());
    expect(intParams.MAX_INSTANCES.default).toBe(defaultMaxInstances);
  });
});
