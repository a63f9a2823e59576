import { expect, test } from "@jest/globals";
import type * as declared from "./functions.d.ts";
import type * as ours from "../src/index.ts";

/** Fails the type check if the two types differ in a name, or if a function does not fit its declaration. */
type Fits<Declared, Ours extends Declared> = keyof Ours extends keyof Declared ? Ours : never;

test("the package's declarations fit its functions", () => {
  const names: keyof Fits<typeof declared, typeof ours> = "syncNow";
  expect(names).toBe("syncNow");
});
