import type { CoveredCommand } from "./command.ts";

const checks = "scripts/checks/checks.ts";
const launcher = "scripts/checks/check-launcher.ts";
const adoption = "tests/adoption/run.ts";
const addInAdoption = {
  file: "tests/adoption/app-folder.ts",
  words: 'command(app, "add", "--package", tarballs.functions, "--client-id", clientId',
};
const readmeTest = "emulators/google-calendar/test/readme.test.ts";

/** The commands that other checks run, and those that cannot be run. */
export const coveredCommands: readonly CoveredCommand[] = [
  {
    kind: "ran by",
    patterns: ["npm test"],
    by: { file: ".ci/run", words: "exec npm test" },
  },
  {
    kind: "ran by",
    patterns: ["npm start"],
    by: { file: launcher, words: 'startJob("npm", ["start"])' },
  },
  {
    kind: "ran by",
    patterns: ["npm run stack", "npm run stack -- COMMAND", "npm run stack -- COMMAND…"],
    by: { file: launcher, words: 'startJob("npm", ["run", "--silent", "stack", "--", "node"' },
  },
  {
    kind: "ran by",
    patterns: ["npm run stack -- --port-offset 100 -- COMMAND", "npm run stack -- --suite-queue COMMAND"],
    by: { file: launcher, words: 'startJob("npm", ["run", "--silent", "stack", "--", ...offset, "--"' },
  },
  {
    kind: "ran by",
    patterns: ["npm run smoke"],
    by: { file: checks, words: 'join("tests", "smoke", "run.ts"), "--attach"' },
  },
  {
    kind: "ran by",
    patterns: ["npm run compat"],
    by: { file: checks, words: 'join("tests", "compat", "run.ts"), "--quick"' },
  },
  {
    kind: "ran by",
    patterns: ["npm run pack"],
    by: { file: "tests/compat/run.ts", words: '["run", "--silent", "pack", "--", folder]' },
  },
  {
    kind: "ran by",
    patterns: ["npm run check:boundaries"],
    by: { file: checks, words: '"check:boundaries"' },
  },
  { kind: "ran by", patterns: ["npm run check:unused"], by: { file: checks, words: '"check:unused"' } },
  {
    kind: "ran by",
    patterns: ["npm run release -- --dry-run"],
    by: { file: adoption, words: '"release", "--", "--dry-run"' },
  },
  {
    kind: "ran by",
    patterns: [
      "npm run build --workspace functions",
      "npm run build -w @firestore-calendar-sync/client",
      "npm run build -w google-calendar-emulator",
    ],
    by: { file: "packaging/pack.ts", words: 'npm(["run", script, "--silent", "--workspace", workspace])' },
  },
  {
    kind: "ran by",
    patterns: ["npm pack client/dist", "npm pack ./emulators/google-calendar/dist"],
    by: { file: "packaging/pack.ts", words: 'npm(["pack", `./${content}`' },
  },
  {
    kind: "ran by",
    patterns: ["npm install", "npm install <tarball>"],
    by: { file: "tests/compat/workshop.ts", words: 'args: ["install", tarballs[packed], ...specs]' },
  },
  {
    kind: "ran by",
    patterns: ["npm run build"],
    by: { file: "tests/compat/client-bundler-cells.ts", words: 'command: "npm", args: ["run", "build"]' },
  },
  {
    kind: "not run",
    patterns: ["npm run dev"],
    why: "the development servers of Vite and Next.js do not end; the same sources are built",
    instead: {
      file: "tests/compat/client-bundler-cells.ts",
      words: 'command: "npm", args: ["run", "build"]',
    },
  },
  {
    kind: "ran by",
    patterns: [
      "npx firestore-calendar-sync add",
      "npx firestore-calendar-sync add --region R --client-id ID",
    ],
    by: addInAdoption,
  },
  {
    kind: "ran by",
    patterns: [
      "npx --package FILE firestore-calendar-sync …",
      "npx --package FILE firestore-calendar-sync add --package FILE",
    ],
    by: {
      file: addInAdoption.file,
      words: '`--package=${tarballs.functions}`, "--", "firestore-calendar-sync"',
    },
  },
  {
    kind: "ran by",
    patterns: ["npx firestore-calendar-sync init FOLDER"],
    by: { file: "functions/cli/project-commands.test.ts", words: 'command("init", "new", "--yes"' },
  },
  {
    kind: "ran by",
    patterns: ["npx google-calendar-emulator", "npx google-calendar-emulator --port 9190"],
    by: { file: "tests/adoption/app-folder.ts", words: '".bin", "google-calendar-emulator"' },
  },
  {
    kind: "ran by",
    patterns: ["node emulators/google-calendar/src/main.ts"],
    by: { file: "emulators/google-calendar/test/cli.test.ts", words: '"../src/main.ts"' },
  },
  {
    kind: "ran by",
    patterns: ["curl …", "token=$(curl …"],
    by: { file: readmeTest, words: 'run("bash", ["-euc", calls.replaceAll(README_URL' },
  },
  {
    kind: "ran by",
    patterns: ["control() {…", "control POST …"],
    by: { file: readmeTest, words: 'blocks("Habits and faults", "sh")' },
  },
  {
    kind: "ran by",
    patterns: [
      "ops/gcloud.sh apply PROJECT projects/PROJECT/notificationChannels/ID",
      "ops/gcloud.sh remove PROJECT",
    ],
    by: { file: "ops/gcloud.test.ts", words: 'join(import.meta.dirname, "gcloud.sh")' },
  },
  {
    kind: "ran by",
    patterns: ["npx firebase emulators:start"],
    by: { file: "tests/adoption/start-app.ts", words: "suitePart(firestore, addresses" },
  },
  {
    kind: "not run",
    patterns: ["node bench/cost.ts"],
    why: "it writes docs/cost.md; a test compares that file with what the program would write",
    instead: { file: "bench/cost/cost.test.ts", words: "toBe(unaligned(computeDocument()))" },
  },
  {
    kind: "not run",
    patterns: ["npm run bench -- --write", "npm run bench -- --write pull-cost designs storage"],
    why: "it takes half an hour and writes docs/benchmarks.md; a short form runs one benchmark without --write",
    instead: { file: "scripts/checks/short-commands.ts", words: '"bench", "--", "--quick"' },
  },
  {
    kind: "not run",
    patterns: ["npm run compat -- --write"],
    why: "it takes longer than all checks and writes docs/compatibility.md; the writing has a test",
    instead: { file: "tests/compat/page.test.ts", words: "withResults(" },
  },
  {
    kind: "not run",
    patterns: ["WEBHOOK_URL=URL npm run smoke"],
    why: "it shows a failure of the smoke, after a minute of waiting in a stack of its own",
    instead: { file: checks, words: 'join("tests", "smoke", "run.ts"), "--attach"' },
  },
  {
    kind: "outside",
    reason: "Google Cloud",
    patterns: [
      "npm run doctor",
      "npm run doctor -- --project ID",
      "npm run keys -- check --active ID --project PROJECT",
      "npx firestore-calendar-sync keys add --project P",
      "npx firestore-calendar-sync grant --project P",
      "npx firestore-calendar-sync doctor --project P",
      "npx firebase use ID",
      "npx firebase deploy --only WHAT",
      "npx firebase functions:lifecycle:run afterRedeploy CODEBASE --project PROJECT",
      "npx firebase-tools projects:create P",
      "npx firebase-tools projects:list",
      "npx firebase-tools apps:create …",
      "npx firebase-tools apps:sdkconfig WEB --project P",
      "npx firebase-tools deploy …",
      "npx firebase-tools firestore:databases:create …",
      "npx firebase-tools firestore:databases:get …",
      "npx firebase-tools firestore:locations --project P",
      "npx firebase-tools functions:artifacts:setpolicy",
      "npx firebase-tools functions:list --project P",
      "gcloud beta monitoring channels list …",
      "gcloud iam service-accounts add-iam-policy-binding …",
      "gcloud projects add-iam-policy-binding …",
      "terraform init",
      "terraform apply …",
      "terraform destroy",
    ],
  },
  { kind: "outside", reason: "login", patterns: ["npx firebase-tools login", "gcloud auth login"] },
  {
    kind: "outside",
    reason: "npm",
    patterns: [
      "npm run release -- VERSION",
      "npm install @firestore-calendar-sync/client",
      "npm install @firestore-calendar-sync/client firebase",
      "npm install --save-dev google-calendar-emulator @googleapis/calendar",
    ],
  },
  {
    kind: "outside",
    reason: "explanation",
    patterns: [
      "npm ci",
      "npm publish",
      "npx firebase-tools",
      "firebase deploy",
      "firebase emulators:exec",
      "firebase emulators:export",
    ],
  },
];
