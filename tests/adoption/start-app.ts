import { join } from "node:path";
import { host, urlOf } from "../../stack/addresses.ts";
import type { Connection } from "../../stack/client/connection.ts";
import { connectionOf } from "../../stack/client/connection.ts";
import { provideFirestoreEmulator } from "../../stack/firestore-emulator.ts";
import { requireFreePorts } from "../../stack/ports.ts";
import { firestorePart, suitePart } from "../../stack/stack-parts.ts";
import { warmUp, type StackContext } from "../../stack/start-stack.ts";
import { registerReminders } from "./reminders.ts";
import { kitPrefix, writeLocalConfig, type AppFolder } from "./app-folder.ts";

/**
 * Starts the emulators for the app as its developer would: the Emulator Suite with the app's firebase.json, and the
 * calendar emulator beside it. The kit's addresses are those that `add` wrote.
 */
export async function startApp(
  { app, emulatorCommand }: AppFolder,
  { addresses, supervisor, runFolder, report }: StackContext,
): Promise<Readonly<Record<string, string>>> {
  const { services } = addresses;
  await requireFreePorts(Object.values(services));
  const firestore = await provideFirestoreEmulator(report);
  const configFile = writeLocalConfig(app, addresses);
  const suite = suitePart(firestore, addresses, { runFolder, configFile, suiteQueue: true });
  const rules = join(app, "firestore.rules");
  report(`starting the app's emulators; logs in ${runFolder}`);
  await Promise.all([
    supervisor.start({
      ...suite,
      // The functions read it from the .env.local that `add` wrote.
      environment: { ...suite.environment, GOOGLE_CALENDAR_EMULATOR_URL: undefined },
    }),
    supervisor.start({
      name: services.googleCalendar.name,
      command: emulatorCommand,
      args: ["--port", String(services.googleCalendar.port), "--host", host],
      cwd: app,
      services: [services.googleCalendar],
      readyWithinMs: 60_000,
    }),
    ...(firestore.kind === "cloud-sdk"
      ? [supervisor.start(firestorePart(firestore.jar, addresses, { runFolder, rules }))]
      : []),
  ]);
  if (firestore.kind === "cloud-sdk") await registerReminders(urlOf(services.firestore));
  await warmUp(`${addresses.functionsUrl}/${kitPrefix}calendarWebhook`);
  return { ...addresses.environment, STACK_LOGS: runFolder };
}

/** How the app's clients reach it. */
export function connectionTo(environment: Readonly<Record<string, string>>): Connection {
  return { ...connectionOf(environment), functionPrefix: kitPrefix };
}
