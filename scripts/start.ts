/** `npm start`: runs the whole local stack with a connected demo user, until Ctrl-C. See help/start.txt. */
import { eventsPath } from "@firestore-calendar-sync/client";
import { demoCalendars } from "./demo/demo-calendars.ts";
import { connect } from "../stack/client/connect.ts";
import { connectionOf, type Connection } from "../stack/client/connection.ts";
import { GoogleControl } from "../stack/client/google-control.ts";
import { LiveMirror } from "../stack/client/live-mirror.ts";
import { signIn } from "../stack/client/users.ts";
import { agreeToFetchJava } from "../stack/java-offer.ts";
import { exitCodeOf, runSession, type Session } from "../stack/session.ts";
import { takeStackOptions } from "../stack/stack-options.ts";

/** The web page of a demo project signs the same person in. */
const demoUser = { sub: "demo-user", email: "demo@example.com", name: "Demo User" } as const;

/** The first call of each function starts a process. */
const importWithinMs = 60_000;

function report(line: string): void {
  console.log(line);
}

async function connectDemoUser(connection: Connection): Promise<number> {
  const calendars = demoCalendars(demoUser.email, new Date());
  await new GoogleControl(connection.googleUrl).seed([
    { email: demoUser.email, name: demoUser.name, calendars },
  ]);
  const user = await signIn(connection, demoUser);
  const mirror = new LiveMirror(user.db, eventsPath(user.uid), "eventId");
  try {
    await connect(user, demoUser.email);
    // Waits for all events except the holidays, which may be outside the imported window.
    const plans = calendars
      .filter(({ watchable }) => watchable !== false)
      .flatMap(({ events }) => events as { id: string; recurrence?: unknown }[]);
    return await mirror.until(events => {
      const ids = [...events.keys()];
      // A series has no document of its own, only its occurrences have.
      const isThere = ({ id, recurrence }: (typeof plans)[number]): boolean =>
        recurrence === undefined ? events.has(id) : ids.some(each => each.startsWith(`${id}_`));
      return plans.every(isThere) ? events.size : undefined;
    }, importWithinMs);
  } finally {
    mirror.close();
    await user.leave();
  }
}

async function runDemo({ environment, stopped }: Session): Promise<number> {
  const connection = connectionOf(environment);
  const connected = connectDemoUser(connection);
  const early = await Promise.race([connected, stopped]);
  if (typeof early !== "number") {
    connected.catch(() => undefined);
    return endCodeOf(early.signal);
  }
  report(`the demo user is connected, ${early} events are in Firestore`);
  report("");
  report(`ready ${connection.appUrl}`);
  report(`edit the calendar at ${connection.googleUrl} and watch the page follow; Ctrl-C ends everything`);
  const { signal } = await stopped;
  report("stopping");
  return endCodeOf(signal);
}

/** Ctrl-C is the normal way to end this command, so it is not a failure. */
function endCodeOf(signal: NodeJS.Signals): number {
  return signal === "SIGINT" ? 0 : exitCodeOf(signal);
}

async function main(): Promise<number> {
  const taken = takeStackOptions(process.argv.slice(2));
  if ("problem" in taken || taken.rest.length > 0) {
    console.error("problem" in taken ? taken.problem : `npm start does not know: ${taken.rest.join(" ")}`);
    return 2;
  }
  if (taken.yes) agreeToFetchJava();
  return await runSession({ ...taken, report, body: runDemo });
}

process.exit(await main());
