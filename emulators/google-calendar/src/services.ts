import type { EventWriter } from "./model/event-writer.ts";
import type { AttendeeCopies } from "./model/attendee-copies.ts";
import type { TokenSealer } from "./model/opaque-token.ts";
import type { Snapshots } from "./model/snapshots.ts";
import type { Channels } from "./push/channels.ts";
import type { SeededRandom } from "./random.ts";

/** Habits of Google's that can be switched, because they are undocumented or differ from day to day. */
export interface Habits {
  /** How long a sync token lives, in ms. Google does not say. */
  syncTokenLifeMs: number;
  /**
   * Cancelled instances in deltas carry their id alone, against the documentation; seen at the real API
   * (KeepSoftwareSimple/compass-calendar#2808).
   */
  sparseCancelledInstances: boolean;
}

/** What handlers use besides the data. */
export interface EmulatorServices {
  writer: EventWriter;
  copies: AttendeeCopies;
  channels: Channels;
  sealer: TokenSealer;
  snapshots: Snapshots<unknown>;
  random: SeededRandom;
  habits: Habits;
}
