import { auth, calendar, type calendar_v3 } from "googleapis/build/src/apis/calendar/index.js";
import type { GoogleControl } from "./google-control.ts";

/** The official client, pointed at the local Google. It plays another calendar program of the user. */
export async function googleClientOf(control: GoogleControl, email: string): Promise<calendar_v3.Calendar> {
  const client = new auth.OAuth2();
  client.setCredentials(await control.tokens(email));
  // Uses Node's own fetch. Otherwise the client imports node-fetch at its first call, which jest's module registry
  // cannot do.
  return calendar({ version: "v3", auth: client, rootUrl: `${control.url}/`, fetchImplementation: fetch });
}
