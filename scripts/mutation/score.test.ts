import { describe, expect, test } from "@jest/globals";
import { whyIgnored } from "./ignore-log-messages.ts";
import { describeSurvivors, percent, scoreOf, toTable, type MutantOutcome } from "./score.ts";

const mutant = (status: string, fileName = "a.ts"): MutantOutcome => ({
  fileName,
  location: { start: { line: 3, column: 7 } },
  mutatorName: "ConditionalExpression",
  replacement: "a ||\n  b",
  status,
});

describe("the score", () => {
  test("counts what no test comes by as survived, and a time limit as noticed", () => {
    const score = scoreOf(
      ["Killed", "Timeout", "Survived", "NoCoverage", "Ignored"].map(status => mutant(status)),
    );
    expect(score).toEqual({ killed: 2, survived: 2, ignored: 1 });
    expect(percent(score)).toBe(50);
  });

  test("of nothing is full", () => {
    expect(percent(scoreOf([]))).toBe(100);
  });

  test("is shown for each file, by name, and for all", () => {
    const rows = toTable([mutant("Survived", "b.ts"), mutant("Killed"), mutant("Killed", "b.ts")]).split(
      "\n",
    );
    expect(rows.slice(2)).toEqual([
      "| a.ts | 1 | 0 | 0 | 100.0 % |",
      "| b.ts | 1 | 1 | 0 | 50.0 % |",
      "| **all** | 2 | 1 | 0 | 66.7 % |",
    ]);
  });

  test("names the place of a survivor, and what took whose place", () => {
    const lines = describeSurvivors(
      [mutant("Killed"), mutant("NoCoverage")],
      (file, line) => `  ${file} ${line}`,
    );
    expect(lines).toEqual(["a.ts:3:7 ConditionalExpression → a || b (no test comes by)\n    a.ts 3"]);
  });
});

describe("left out is", () => {
  const callee = (object: string, property: string) => ({
    type: "MemberExpression",
    object: { type: "Identifier", name: object },
    property: { type: "Identifier", name: property },
  });
  const argument = (type: string, key: number, object: string, property: string) =>
    whyIgnored({
      node: { type },
      key,
      listKey: "arguments",
      parent: { type: "CallExpression", callee: callee(object, property) },
    });

  test("the sentence of a log line, and nothing else", () => {
    expect(argument("StringLiteral", 0, "log", "warn")).toBe("the sentence of a log line");
    expect(
      whyIgnored({
        node: { type: "TemplateLiteral" },
        key: 0,
        listKey: "arguments",
        parent: {
          type: "CallExpression",
          callee: {
            type: "MemberExpression",
            object: { property: { name: "log" } },
            property: { type: "Identifier", name: "info" },
          },
        },
      }),
    ).toBe("the sentence of a log line");
    expect(argument("ObjectExpression", 1, "log", "warn")).toBeUndefined();
    expect(argument("StringLiteral", 1, "log", "warn")).toBeUndefined();
    expect(argument("StringLiteral", 0, "log", "write")).toBeUndefined();
    expect(argument("StringLiteral", 0, "tasks", "info")).toBeUndefined();
  });
});
