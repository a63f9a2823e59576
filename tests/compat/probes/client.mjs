import { accountsPath, agendaQuery, eventDocument } from "@firestore-calendar-sync/client";
import { calendarFunctions, webListen } from "@firestore-calendar-sync/client/web-sdk";

agendaQuery("ada", new Date(0), new Date(1));
const refused = !eventDocument.safeParse({}).success;
console.log("PROBE", accountsPath("ada"), typeof webListen, typeof calendarFunctions, refused);
