"use client";

import { getApps, initializeApp } from "firebase/app";
import { getAuth, GoogleAuthProvider, onAuthStateChanged, signInWithPopup } from "firebase/auth";
import { getFirestore } from "firebase/firestore";
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

function Month({ uid }: { uid: string }) {
  const [from, to] = useMemo(() => {
    const now = new Date();
    const firstOf = (month: number) => new Date(now.getFullYear(), month, 1);
    return [firstOf(now.getMonth()), firstOf(now.getMonth() + 1)];
  }, []);
  const { events, state } = useAgenda(getFirestore(firebaseApp()), uid, from, to);
  const shown = [...events].filter(([, event]) => event.startAt.toDate() < to && event.endAt.toDate() > from);
  shown.sort(([, a], [, b]) => a.startAt.toMillis() - b.startAt.toMillis());
  return (
    <ul aria-busy={state === "loading"}>
      {shown.map(([id, event]) => (
        <li key={id}>
          {"date" in event.start ? event.start.date : event.startAt.toDate().toLocaleString()}:{" "}
          {event.summary ?? "(no title)"}
        </li>
      ))}
    </ul>
  );
}
