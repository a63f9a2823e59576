import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { newestMs } from "./build.ts";

describe("the age of a build's inputs", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "build-"));
    mkdirSync(join(folder, "src", "deep"), { recursive: true });
    write("src/deep/a.ts", 1000);
    write("src/b.ts", 2000);
    for (const path of ["src/deep", "src", "."]) utimesSync(join(folder, path), 10, 10);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function write(path: string, seconds: number): void {
    writeFileSync(join(folder, path), "");
    utimesSync(join(folder, path), seconds, seconds);
  }

  test("is that of the newest file, at any depth", () => {
    expect(newestMs(folder)).toBe(2_000_000);
    utimesSync(join(folder, "src/deep/a.ts"), 3000, 3000);
    expect(newestMs(folder)).toBe(3_000_000);
  });

  test("counts a deletion, which changes only the folder", () => {
    utimesSync(join(folder, "src"), 4000, 4000);
    expect(newestMs(folder)).toBe(4_000_000);
  });

  test("does not count what was installed or built", () => {
    for (const name of ["dist", "node_modules"]) {
      mkdirSync(join(folder, name));
      write(join(name, "index.js"), 9000);
    }
    expect(newestMs(folder)).toBe(2_000_000);
  });

  test("is nothing for what does not exist", () => {
    expect(newestMs(join(folder, "absent"))).toBe(0);
  });
});
