import { openAgenda } from "@firestore-calendar-sync/client";
import { calendarFunctions, webListen } from "@firestore-calendar-sync/client/web-sdk";
import { initializeApp } from "firebase/app";
import { getFirestore } from "firebase/firestore";
import { getFunctions } from "firebase/functions";

const app = initializeApp({ projectId: "demo-webpack", apiKey: "any" });
const { syncNow } = calendarFunctions(getFunctions(app, "europe-west1"), { instance: "calendar" });

const agenda = openAgenda(
  { listen: webListen(getFirestore(app)), uid: "ada", schedule: queueMicrotask, marginMs: 0 },
  {
    next: ({ changes }) => {
      console.log(changes.map(({ id }) => id));
    },
    error: ({ message }) => {
      console.error(message);
    },
  },
);
agenda.show(new Date(0), new Date(1));
void syncNow({ calendarKey: "key" });
