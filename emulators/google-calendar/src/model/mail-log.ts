/** Who gets a mail about a write. */
export type SendUpdates = "all" | "externalOnly" | "none";

/** One write of an event, and the mails that Google would send for it. */
export interface MailRecord {
  /** The virtual time of the write, in ms. */
  at: number;
  /** The API method, for example `events.patch`. */
  method: string;
  /** The user who wrote. */
  email: string;
  calendarId: string;
  eventId: string;
  sendUpdates: SendUpdates;
  recipients: readonly string[];
}

const KEPT_RECORDS = 10_000;

/** The most recent writes of events and their mails, oldest first. */
export class MailLog {
  #records: MailRecord[] = [];

  add(record: MailRecord): void {
    this.#records.push(record);
    // Removes many records at once, so that a full log does not copy its array on every write.
    if (this.#records.length > KEPT_RECORDS * 1.1) this.#records = this.#records.slice(-KEPT_RECORDS);
  }

  all(): readonly MailRecord[] {
    return this.#records.slice(-KEPT_RECORDS);
  }

  clear(): void {
    this.#records = [];
  }
}
