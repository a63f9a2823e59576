import { createRequire } from "node:module";
import { describe, expect, test } from "@jest/globals";
import { envLine, readEnv, withMissing } from "./env-text.ts";

const cli = createRequire(__filename)("firebase-tools/lib/functions/env") as {
  parseStrict(text: string): Record<string, string>;
};

describe("a line for .env", () => {
  const values = [
    "",
    "plain",
    "(default)",
    "a b",
    " a ",
    "a # b",
    "#",
    "it's",
    'say "x"',
    "back\\slash",
    "two\nlines",
    "a\tb",
    '{"active":"k1","keys":{"k1":"x"}}',
    "http://127.0.0.1:5000,http://localhost:5000",
  ];
  test.each(values)("%j is read as it was written, by the Firebase CLI and here", value => {
    const text = `A=1\n${envLine("NAME", value)}\nB=2\n`;
    expect(cli.parseStrict(text)).toEqual({ A: "1", NAME: value, B: "2" });
    expect(Object.fromEntries(readEnv(text))).toEqual({ A: "1", NAME: value, B: "2" });
  });
});

test("an existing file keeps its text and gains what it lacks", () => {
  const text = "# mine\nexport A = 'x # y' # why\nB=";
  const variables = ["A", "B", "C"].map(name => ({ name, value: "new", comment: "What it is." }));
  expect(withMissing(text, variables)).toBe(`${text}\n# What it is.\nC=new\n`);
  expect(withMissing(text, variables.slice(0, 2))).toBe(text);
  expect(readEnv(text).get("A")).toBe("x # y");
});
