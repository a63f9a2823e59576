"use client";

import { getApps, initializeApp } from "firebase/app";
import { getAuth, GoogleAuthProvider, onAuthStateChanged, signInWithPopup } from "firebase/auth";
import { getFirestore } from "firebase/firestore";
import type { EventDocument } from "@firestore-calendar-sync/client";
import { useEffect, useMemo, useState } from "react";
import { firebaseConfig } from "../config";
import { useAgenda } from "./use-agenda";

const firebaseApp = () => getApps()[0] ?? initializeApp(firebaseConfig);

/** Asks for a sign-in, then shows the events of this month, live. */
export function Agenda() {
  const [uid, setUid] = useState<string>();
  useEffect(() => onAuthStateChanged(getAuth(firebaseApp()), user => setUid(user?.uid)), []);
  if (uid !== undefined) return <Month uid={uid} />;
  const signIn = () => {
    signInWithPopup(getAuth(firebaseApp()), new GoogleAuthProvider()).catch(console.error);
  };
  return <button onClick={signIn}>Sign in</button>;
}

/** An all-day event is on its dates in every time zone: its timestamps do not place it. */
function placeOf(event: EventDocument): { start: Date; end: Date } {
  if ("date" in event.start && "date" in event.end) {
    return { start: new Date(`${event.start.date}T00:00`), end: new Date(`${event.end.date}T00:00`) };
  }
  return { start: event.startAt.toDate(), end: event.endAt.toDate() };
}

function Month({ uid }: { uid: string }) {
  const [from, to] = useMemo(() => {
    const now = new Date();
    const firstOf = (month: number) => new Date(now.getFullYear(), month, 1);
    return [firstOf(now.getMonth()), firstOf(now.getMonth() + 1)];
  }, []);
  const { events, state } = useAgenda(getFirestore(firebaseApp()), uid, from, to);
  const shown = [...events]
    .map(([id, event]) => ({ id, event, ...placeOf(event) }))
    .filter(({ start, end }) => start < to && end > from)
    .sort((a, b) => a.start.getTime() - b.start.getTime());
  return (
    <ul aria-busy={state === "loading"}>
      {shown.map(({ id, event, start }) => (
        <li key={id}>
          {event.allDay ? start.toLocaleDateString() : start.toLocaleString()}:{" "}
          {event.summary ?? "(no title)"}
        </li>
      ))}
    </ul>
  );
}
