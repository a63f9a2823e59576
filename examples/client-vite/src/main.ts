import { initializeApp } from "firebase/app";
import { getAuth, GoogleAuthProvider, onAuthStateChanged, signInWithPopup } from "firebase/auth";
import { getFirestore } from "firebase/firestore";
import { getFunctions } from "firebase/functions";
import {
  openAgenda,
  readConnectReturn,
  type Agenda,
  type EventDocument,
} from "@firestore-calendar-sync/client";
import { calendarFunctions, webListen } from "@firestore-calendar-sync/client/web-sdk";
import { firebaseConfig, instance, region } from "./config.ts";
import { linesOf, sevenDays } from "./seven-days.ts";

const app = initializeApp(firebaseConfig);
const auth = getAuth(app);
const listen = webListen(getFirestore(app));
const functions = calendarFunctions(getFunctions(app, region), { instance });

const [signIn, connect, status, list] = ["sign-in", "connect", "status", "agenda"].map(id =>
  document.getElementById(id)!,
);
const say = (text: string) => (status.textContent = text);
const sayFailure = (error: unknown) => say(error instanceof Error ? error.message : String(error));

/** Shows the events of the next seven days, live. */
function showAgenda(uid: string): Agenda {
  const range = sevenDays(new Date());
  const events = new Map<string, EventDocument>();
  const agenda = openAgenda(
    // The timestamps of all-day events are in the calendar's time zone, up to 26 hours from the browser's.
    {
      listen,
      uid,
      schedule: requestAnimationFrame,
      marginMs: 2 * 24 * 60 * 60 * 1000,
      filter: { declined: "hide" },
    },
    {
      next: ({ changes, state }) => {
        for (const change of changes) {
          if (change.kind === "removed") events.delete(change.id);
          else events.set(change.id, change.document);
        }
        const items = linesOf(events.values(), range).map(line =>
          Object.assign(document.createElement("li"), { textContent: line }),
        );
        list.replaceChildren(...items);
        say(state === "live" ? "" : state);
      },
      error: sayFailure,
    },
  );
  agenda.show(range.from, range.to);
  return agenda;
}

// After Google's consent page, the address contains the result of the attempt to connect.
let { outcome, rest } = readConnectReturn(location.href);
if (outcome) history.replaceState(null, "", rest);

let agenda: Agenda | undefined;
onAuthStateChanged(auth, user => {
  agenda?.close();
  agenda = undefined;
  list.replaceChildren();
  signIn.hidden = user !== null;
  connect.hidden = user === null;
  if (!user) return;
  agenda = showAgenda(user.uid);
  if (outcome?.kind === "confirm")
    functions.confirmConnect({ confirmation: outcome.confirmation }).catch(sayFailure);
  outcome = undefined;
});
signIn.addEventListener("click", () => {
  signInWithPopup(auth, new GoogleAuthProvider()).catch(sayFailure);
});
connect.addEventListener("click", () => {
  functions
    .connectAccount({ returnTo: location.href })
    .then(({ url }) => location.assign(url))
    .catch(sayFailure);
});
