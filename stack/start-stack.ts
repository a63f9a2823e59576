import { join } from "node:path";
import { projectId, rootFolder, urlOf, type StackAddresses } from "./addresses.ts";
import { functionsBundle, staleBuilds } from "./build.ts";
import { StackFailure } from "./failure.ts";
import { provideFirestoreEmulator } from "./firestore-emulator.ts";
import { requireFreePorts } from "./ports.ts";
import { createProjectFolder } from "./project-folder.ts";
import { readLog } from "./run-folder.ts";
import { cloudTasksPart, firestorePart, googleCalendarPart, suitePart } from "./stack-parts.ts";
import type { Supervisor } from "./supervisor.ts";

/** The surroundings of a stack that is started. */
export type StackContext = {
  readonly addresses: StackAddresses;
  /** See StackOptions. */
  readonly suiteQueue: boolean;
  readonly supervisor: Supervisor;
  readonly runFolder: string;
  readonly report: (line: string) => void;
};

/**
 * Starts the whole local stack, empty and warmed up. Predictable failures are checked before anything is started.
 * Returns the environment for programs that use the stack. The supervisor ends the stack.
 */
export async function startStack({
  addresses,
  suiteQueue,
  supervisor,
  runFolder,
  report,
}: StackContext): Promise<Readonly<Record<string, string>>> {
  await requireFreePorts(Object.values(addresses.services));
  const firestore = await provideFirestoreEmulator(report);
  report(`starting the local stack; logs in ${runFolder}`);
  const builds = staleBuilds();
  const built = Promise.all(
    builds.map(async program => {
      await supervisor.run(program);
      report(`  ${program.name.padEnd(16)} done after ${supervisor.elapsed}`);
    }),
  );
  const suite = async (): Promise<string[]> => {
    await built;
    const configFile = createProjectFolder(runFolder, addresses, suiteQueue, process.env);
    const [names] = await Promise.all([
      listDeployed(supervisor),
      supervisor.start(suitePart(firestore, addresses, { runFolder, configFile, suiteQueue })),
      ...(suiteQueue ? [] : [supervisor.start(cloudTasksPart(addresses))]),
    ]);
    return names;
  };
  const [names] = await Promise.all([
    suite(),
    supervisor.start(googleCalendarPart(addresses)),
    ...(firestore.kind === "cloud-sdk"
      ? [
          supervisor.start(
            firestorePart(firestore.jar, addresses, {
              runFolder,
              rules: join(rootFolder, "firestore.rules"),
            }),
          ),
        ]
      : []),
  ]);
  await requireLoaded(addresses, names, join(runFolder, "suite.log"));
  await warmUp(`${addresses.functionsUrl}/calendarWebhook`);
  report(`the stack is up after ${supervisor.elapsed}: ${names.length} functions`);
  return { ...addresses.environment, STACK_LOGS: runFolder };
}

async function listDeployed(supervisor: Supervisor): Promise<string[]> {
  const printed = await supervisor.run({
    name: "list-functions",
    command: process.execPath,
    args: [join(import.meta.dirname, "list-functions.ts"), functionsBundle],
    cwd: rootFolder,
    environment: { GCLOUD_PROJECT: projectId },
  });
  const names: unknown = JSON.parse(printed.trimEnd().split("\n").at(-1) ?? "[]");
  if (!Array.isArray(names) || names.length === 0)
    throw new StackFailure("the functions' bundle exports no function");
  return names.map(String);
}

/**
 * If a param is missing or a module cannot be loaded, the suite starts without any function and reports this only in
 * its log. So this checks that the suite has every function of the bundle.
 */
async function requireLoaded(
  { services }: StackAddresses,
  names: readonly string[],
  suiteLog: string,
): Promise<void> {
  const answer = await fetch(`${urlOf(services.functions)}/backends`);
  const body: unknown = await answer.json();
  const loaded = new Set(collectTriggerNames(body));
  const missing = names.filter(name => !loaded.has(name));
  if (missing.length === 0) return;
  const hints = readLog(suiteLog)
    .split("\n")
    .filter(line => /functions|error|param/i.test(line))
    .slice(-20)
    .map(line => `[suite] ${line}`);
  const sentence = `the Functions emulator did not load ${missing.join(", ")}; its log: ${suiteLog}`;
  throw new StackFailure([...hints, sentence].join("\n"));
}

function collectTriggerNames(body: unknown): string[] {
  const { backends } = body as {
    backends?: { functionTriggers?: { entryPoint?: string; name?: string }[] }[];
  };
  return (backends ?? []).flatMap(({ functionTriggers }) =>
    (functionTriggers ?? []).map(({ entryPoint, name }) => (entryPoint ?? name ?? "").replaceAll(".", "-")),
  );
}

/**
 * The first call of a worker process takes more than a second. This makes it now, with a request that has no effect.
 */
export async function warmUp(webhookUrl: string): Promise<void> {
  const answer = await fetch(webhookUrl, { signal: AbortSignal.timeout(30_000) });
  await answer.arrayBuffer();
  if (answer.status !== 405) {
    throw new StackFailure(`${webhookUrl} answered ${answer.status} to a GET, instead of 405`);
  }
}
