import { auth, calendar, type calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import type { GoogleControl } from "./google-control.ts";

/** The official client, as someone who edits their calendar with another program, pointed at the local Google. */
export async function googleClientOf(control: GoogleControl, email: string): Promise<calendar_v3.Calendar> {
  const client = new auth.OAuth2();
  client.setCredentials(await control.tokens(email));
  // Node's own fetch: the client would import node-fetch at its first call, which jest's module registry cannot do.
  return calendar({ version: "v3", auth: client, rootUrl: `${control.url}/`, fetchImplementation: fetch });
}
