/** `npm start`: the whole local stack with a connected demo user, until Ctrl-C. See help/start.txt. */
import { eventsPath } from "@firestore-calendar-sync/schema";
import { demoCalendars } from "./demo/demo-calendars.ts";
import { connectGoogleAccount, signIn } from "./local/app-user.ts";
import { GoogleControl } from "./local/google-control.ts";
import { LiveMirror } from "./smoke/live-mirror.ts";
import { services, urlOf } from "../stack/addresses.ts";
import { exitCodeOf, runSession, type Session } from "../stack/session.ts";

/** The web page of a demo project signs the same person in. */
const demoUser = { sub: "demo-user", email: "demo@example.com", name: "Demo User" } as const;

/** The first call of each function starts a process. */
const importWithinMs = 60_000;

function report(line: string): void {
  console.log(line);
}

async function connectDemoUser(): Promise<number> {
  const calendars = demoCalendars(demoUser.email, new Date());
  await new GoogleControl().seed([{ email: demoUser.email, name: demoUser.name, calendars }]);
  const user = await signIn(demoUser);
  const mirror = new LiveMirror(user.db, eventsPath(user.uid), "eventId");
  try {
    await connectGoogleAccount(user, demoUser.email);
    // All their plans lie within the window that is imported; a holiday need not.
    const plans = calendars
      .filter(({ watchable }) => watchable !== false)
      .flatMap(({ events }) => events as { id: string; recurrence?: unknown }[]);
    return await mirror.until(events => {
      const ids = [...events.keys()];
      // Of a series there are only occurrences.
      const isThere = ({ id, recurrence }: (typeof plans)[number]): boolean =>
        recurrence === undefined ? events.has(id) : ids.some(each => each.startsWith(`${id}_`));
      return plans.every(isThere) ? events.size : undefined;
    }, importWithinMs);
  } finally {
    mirror.close();
    await user.leave();
  }
}

async function runDemo({ stopped }: Session): Promise<number> {
  const connected = connectDemoUser();
  const early = await Promise.race([connected, stopped]);
  if (typeof early !== "number") {
    connected.catch(() => undefined);
    return endCodeOf(early.signal);
  }
  report(`the demo user is connected, ${early} events are in Firestore`);
  report("");
  report(`ready ${urlOf(services.hosting)}`);
  report(
    `edit the calendar at ${urlOf(services.googleCalendar)} and watch the page follow; Ctrl-C ends everything`,
  );
  const { signal } = await stopped;
  report("stopping");
  return endCodeOf(signal);
}

/** Ctrl-C is how one ends this command: that is not a failure. */
function endCodeOf(signal: NodeJS.Signals): number {
  return signal === "SIGINT" ? 0 : exitCodeOf(signal);
}

process.exit(await runSession({ report, body: runDemo }));
