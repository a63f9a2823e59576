import { initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { HttpsError, onCall } from "firebase-functions/https";

const db = getFirestore(initializeApp());

/** Sells a ticket: `{eventId}` → `{ticketId}`. */
export const buyTicket = onCall(async request => {
  const uid = request.auth?.uid;
  if (uid === undefined) throw new HttpsError("unauthenticated", "Sign in first.");
  const event = await db.doc(`events/${String(request.data?.eventId)}`).get();
  if (!event.exists) throw new HttpsError("not-found", "There is no such concert.");
  const ticket = await db.collection(`users/${uid}/tickets`).add({ eventId: event.id });
  return { ticketId: ticket.id };
});

/** Counts the concerts in a city: `{city}` → `{concerts}`. It has the name of one of the kit's functions. */
export const syncNow = onCall(async request => {
  const found = await db.collection("events").where("city", "==", String(request.data?.city)).get();
  return { concerts: found.size };
});
