import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Reference } from "./checks/command.ts";
import { commands } from "./checks/commands.ts";
import { commandsInHelp, commandsInMarkdown, isOf } from "./checks/named-commands.ts";

const root = join(import.meta.dirname, "..");
const skipped = new Set(["node_modules", "dist", "package", ".git", ".stack", ".next"]);
/** The change log describes commands of earlier versions. */
const pages = globSync(["**/*.md", "scripts/help/*.txt"], {
  cwd: root,
  exclude: path => skipped.has(path.split("/").at(-1) ?? "") || path === "CHANGELOG.md",
});
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const named = pages.flatMap(page =>
  (page.endsWith(".md") ? commandsInMarkdown : commandsInHelp)(read(page)).map(one => ({ page, ...one })),
);
const patterns = commands.flatMap(command => command.patterns);

/** The files that `npm test` or CI runs, and their parts. */
const ranInCi = /\.test\.ts$|^scripts\/checks\/|^tests\/(?:adoption|compat|smoke)\/|^packaging\/|^\.ci\/run$/;

function referencesOf(command: (typeof commands)[number]): readonly Reference[] {
  switch (command.kind) {
    case "short":
      return command.rest === undefined ? [] : [command.rest];
    case "ran by":
      return [command.by];
    case "not run":
      return [command.instead];
    case "outside":
      return [];
  }
}

describe("every command that a document names", () => {
  test("is in the table of commands", () => {
    const unknown = named.filter(({ text }) => !patterns.some(pattern => isOf(pattern, text)));
    expect(unknown.map(({ page, line, text }) => `${page}:${line}: ${text}`)).toEqual([]);
  });

  test("and no other is", () => {
    expect(patterns.filter(pattern => !named.some(({ text }) => isOf(pattern, text)))).toEqual([]);
  });

  test("is run by what the table refers to", () => {
    const wrong = commands
      .flatMap(referencesOf)
      .filter(({ file, words }) => !existsSync(join(root, file)) || !read(file).includes(words));
    expect(wrong).toEqual([]);
  });

  test("is run in CI by the file that the table refers to", () => {
    const files = commands.flatMap(command => (command.kind === "ran by" ? [command.by.file] : []));
    expect(files.filter(file => !ranInCi.test(file))).toEqual([]);
  });
});

const markdown = `Run \`npm test\`, or \`npx --yes
thing\`; \`node\` is a program, \`npmrc\` is none.

| \`npm start\` | the same as \`npm run a -- --b\` |
| a row with one odd mark \` | |
| \`FUZZ_SEED=17 npx jest\` |

\`\`\`sh
cd x && terraform init   # a comment
gcloud run \\
  --all
(cd y && npm install)
# nothing
send '{"a":
  1}' now
\`\`\`

\`\`\`ts
npm.run();
\`\`\`

\`\`\`
npm run plain
not a command
\`\`\`
`;

describe("the commands of a Markdown document", () => {
  test("are in its shell blocks and in its sentences", () => {
    expect(commandsInMarkdown(markdown).map(({ line, text }) => `${line}: ${text}`)).toEqual([
      "1: npm test",
      "1: npx --yes thing",
      "4: npm start",
      "4: npm run a -- --b",
      "6: FUZZ_SEED=17 npx jest",
      "9: terraform init",
      "10: gcloud run --all",
      "12: npm install",
      `14: send '{"a": 1}' now`,
      "23: npm run plain",
    ]);
  });
});

test("the commands of a help text are in its usage and in its sentences", () => {
  const help = `npm run x [-- FOLDER[/FILE]… [--quick]] NAME
npm run y

As npm run stack -- npm run doctor -- --local does, or npm test; needs npm packages and npm run z.
  WEBHOOK_URL=http://a/ npm run smoke
Without it: npx some-tool doctor --project ID`;
  expect(commandsInHelp(help).map(({ line, text }) => `${line}: ${text}`)).toEqual([
    "1: npm run x NAME",
    "2: npm run y",
    "4: npm run stack",
    "4: npm run doctor -- --local",
    "4: npm test",
    "4: npm run z",
    "5: WEBHOOK_URL=http://a/ npm run smoke",
    "6: npx some-tool doctor --project ID",
  ]);
});

test.each([
  ["npm run x -- --seed N", "npm run x -- --seed 5", true],
  ["npm run x -- --seed N", "npm run x -- --seed 5 --minutes 1", false],
  ["npm run x -- --seed N", "npm run x -- --seed", false],
  ["npm run x", "npm run xy", false],
  ["curl …", "curl -s a", true],
  ["A_B=N npm run x", "A_B=17 npm run x", true],
  ["A_B=N npm run x", "C_D=17 npm run x", false],
  ["npm run a.b", "npm run acb", false],
])("%j and %j: %j", (pattern, command, expected) => {
  expect(isOf(pattern, command)).toBe(expected);
});
