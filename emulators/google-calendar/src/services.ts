import type { Habits } from "./habits.ts";
import type { MailRecord } from "./model/mail-record.ts";
import type { RecentEntries } from "./recent-entries.ts";
import type { EventWriter } from "./model/event-writer.ts";
import type { AttendeeCopies } from "./model/attendee-copies.ts";
import type { TokenSealer } from "./model/opaque-token.ts";
import type { Snapshots } from "./model/snapshots.ts";
import type { Channels } from "./push/channels.ts";
import type { SeededRandom } from "./random.ts";

/** The services that request handlers use besides the data. */
export interface EmulatorServices {
  writer: EventWriter;
  copies: AttendeeCopies;
  mails: RecentEntries<MailRecord>;
  channels: Channels;
  sealer: TokenSealer;
  snapshots: Snapshots<unknown>;
  random: SeededRandom;
  habits: Habits;
}
