import { expect } from "@jest/globals";
import { basename } from "node:path";
import type { SeedCalendar } from "../../stack/client/google-control.ts";
import { control } from "../running-stack.ts";

/** Berlin and no events when left out. */
type PersonsCalendar = Omit<SeedCalendar, "timeZone" | "events"> &
  Partial<Pick<SeedCalendar, "timeZone" | "events">> & { readonly selected?: boolean };

const domain = `${basename(expect.getState().testPath ?? "", ".test.ts")}.example.com`;

/** The people at Google, by e-mail address. Editing and seeding again changes calendars without a notification. */
export class GooglePeople {
  readonly calendars = new Map<string, PersonsCalendar[]>();

  /**
   * A person with a primary calendar that has one event tomorrow, and with the given other calendars. Returns the
   * address. It has the domain of the test file: the accounts of another file's people stay connected, and a grant that
   * several accounts use is not revoked.
   */
  add(name: string, ...others: PersonsCalendar[]): string {
    const email = `${name}@${domain}`;
    const events = [eventIn(24, `Event of ${email}`)];
    this.calendars.set(email, [
      { id: email, summary: email, primary: true, selected: true, events },
      ...others,
    ]);
    return email;
  }

  async seed(): Promise<void> {
    const users = [...this.calendars].map(([email, calendars]) => ({
      email,
      calendars: calendars.map(calendar => ({ timeZone: "Europe/Berlin", events: [], ...calendar })),
    }));
    await control.seed(users);
  }
}

let events = 0;

/** An event of an hour, `hours` from now. */
export function eventIn(hours: number, summary: string): object {
  const at = (extra: number) => ({
    dateTime: new Date(Date.now() + (hours + extra) * 3_600_000).toISOString(),
  });
  return { id: `event${String(++events).padStart(5, "0")}`, summary, start: at(0), end: at(1) };
}
