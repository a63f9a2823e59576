import { expect, test } from "@jest/globals";
import { callableNames } from "@firestore-calendar-sync/client";
import { callables, writeCallables } from "./doctor/product.ts";

test("the client package names every callable function that is deployed, and no other", () => {
  expect([...callableNames].sort()).toEqual([...callables, ...writeCallables].sort());
});
