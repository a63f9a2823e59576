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
