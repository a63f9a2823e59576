import { calendarsPath, eventsPath, type SyncPhase } from "@firestore-calendar-sync/client";
import { Agenda } from "./agenda";

/** What to tell a user about a calendar, by the phase of its sync. */
const phases: [SyncPhase, string][] = [
  ["importing", "the first sync runs"],
  ["polling", "updated every few hours"],
  ["busyOnly", "only free and busy times are shared"],
  ["unavailable", "the account has lost access"],
];

/** A server component: the main entry of the package needs no browser and no Firebase SDK. */
export default function Page() {
  return (
    <main>
      <h1>This month</h1>
      <Agenda />
      <p>
        Reads <code>{eventsPath("uid")}</code>. <code>{calendarsPath("uid")}</code> has the phase of each
        calendar&apos;s sync:
      </p>
      <ul>
        {phases.map(([phase, meaning]) => (
          <li key={phase}>
            {phase}: {meaning}
          </li>
        ))}
      </ul>
    </main>
  );
}
