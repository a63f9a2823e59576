/** `npm run words`: measures how plain the comments and docs are. It only reports, and never fails. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const root = join(import.meta.dirname, "..");

/** The aims are counts per 1,000 words. The docs of comparable projects have lower counts. */
const habits = [
  { name: "what is/was/it", aim: 1, pattern: /\bwhat (?:is|was|it)\b/gi },
  {
    name: "say, tell, hear, know",
    aim: 1.5,
    pattern: /\b(?:says?|said|tells?|told|hears?|heard|knows?|knew|known)\b/gi,
  },
  { name: "one/ones/those that", aim: 1, pattern: /\b(?:one|ones|those) that\b/gi },
] as const;

interface Counted {
  readonly file: string;
  readonly words: number;
  readonly found: readonly number[];
}

function main(): void {
  const listed = spawnSync("git", ["ls-files", "*.ts", "*.md"], { cwd: root, encoding: "utf8" });
  if (listed.status !== 0) throw new Error(`git ls-files: ${listed.stderr}`);
  const counted = listed.stdout.trim().split("\n").map(countFile);
  const groups: readonly (readonly [string, (file: string) => boolean])[] = [
    ["docs", file => file.endsWith(".md")],
    ["comments of the product", file => /^(functions|schema|web)\/.*\.ts$/.test(file) && !isTest(file)],
    [
      "comments of everything else",
      file => file.endsWith(".ts") && (isTest(file) || !/^(functions|schema|web)\//.test(file)),
    ],
  ];
  console.log(`Per 1,000 words; aims: ${habits.map(({ name, aim }) => `${name} ${aim}`).join(" · ")}\n`);
  for (const [name, holds] of groups)
    report(
      name,
      counted.filter(({ file }) => holds(file)),
    );
  report("all", counted);
  const worst = counted.filter(({ words }) => words >= 100).sort((a, b) => rateOf(b) - rateOf(a));
  console.log("\nThe most per word, of files with 100 words and more:");
  for (const one of worst.slice(0, 15)) console.log(`  ${rateOf(one).toFixed(1).padStart(5)}  ${one.file}`);
}

const isTest = (file: string): boolean => /\.(test|fake|fixture)\.ts$/.test(file);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
const rateOf = ({ words, found }: Counted): number => (sum(found) * 1_000) / words;

function report(name: string, files: readonly Counted[]): void {
  const words = sum(files.map(one => one.words));
  const rates = habits.map((_habit, index) => {
    const found = sum(files.map(one => one.found[index] ?? 0));
    return ((found * 1_000) / Math.max(1, words)).toFixed(1).padStart(5);
  });
  console.log(`${name.padEnd(28)} ${String(words).padStart(7)} words ${rates.join("  ")}`);
}

function countFile(file: string): Counted {
  const text = readFileSync(join(root, file), "utf8");
  const prose = file.endsWith(".md") ? proseOf(text) : commentsOf(text);
  const words = prose.match(/[A-Za-z][A-Za-z'’-]*/g)?.length ?? 0;
  return { file, words, found: habits.map(({ pattern }) => prose.match(pattern)?.length ?? 0) };
}

/** Without code, and without the names of tests that a table quotes after their file. */
function proseOf(markdown: string): string {
  return markdown
    .replace(/^(\|.*`[^`\n]+\.test\.ts`):[^\n]*$/gm, "$1")
    .replace(/```[\s\S]*?```/g, " ")
    .replace(/`[^`\n]*`/g, " ");
}

/**
 * Uses the parse tree, because a scanner alone cannot distinguish a regular expression or a template from other tokens.
 */
function commentsOf(source: string): string {
  const tree = ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest);
  const comments = new Map<number, string>();
  const collect = (node: ts.Node): void => {
    if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) return;
    const children = node.getChildren(tree);
    children.forEach(collect);
    if (children.length > 0) return;
    const before = ts.getLeadingCommentRanges(source, node.pos) ?? [];
    const after = ts.getTrailingCommentRanges(source, node.end) ?? [];
    for (const { pos, end } of [...before, ...after]) comments.set(pos, source.slice(pos, end));
  };
  collect(tree);
  return proseOf([...comments.values()].join("\n").replace(/^\s*\/?\*+\/?/gm, " "));
}

main();
