"use client";

import { useEffect, useRef, useState } from "react";
import type { Firestore } from "firebase/firestore";
import {
  openAgenda,
  type Agenda,
  type AgendaState,
  type EventDocument,
} from "@firestore-calendar-sync/client";
import { webListen } from "@firestore-calendar-sync/client/web-sdk";

/** The events that touch [from, to), live, by id. */
export function useAgenda(db: Firestore, uid: string, from: Date, to: Date) {
  const [events, setEvents] = useState<ReadonlyMap<string, EventDocument>>(new Map());
  const [state, setState] = useState<AgendaState>("loading");
  const agenda = useRef<Agenda | undefined>(undefined);

  useEffect(() => {
    const opened = openAgenda(
      { listen: webListen(db), uid, schedule: requestAnimationFrame, marginMs: 7 * 86_400_000 },
      {
        next: update => {
          setState(update.state);
          setEvents(before => {
            const after = new Map(before);
            for (const change of update.changes) {
              if (change.kind === "removed") after.delete(change.id);
              else after.set(change.id, change.document);
            }
            return after;
          });
        },
        error: failure => console.error(failure),
      },
    );
    agenda.current = opened;
    return () => {
      opened.close();
      setEvents(new Map());
    };
  }, [db, uid]);

  const [fromMs, toMs] = [from.getTime(), to.getTime()];
  useEffect(() => agenda.current?.show(new Date(fromMs), new Date(toMs)), [db, uid, fromMs, toMs]);
  return { events, state };
}
