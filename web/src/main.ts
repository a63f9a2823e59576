import { html, render } from "lit-html";
import { onAuthStateChanged } from "firebase/auth";
import { agendaQuery, eventDocument, subscribe, type EventDocument } from "@firestore-calendar-sync/schema";
import { webListen } from "@firestore-calendar-sync/schema/web-sdk";
import { callablesOf } from "./backend/callables.ts";
import { signInAsDemoUser, signInWithGoogle, startFirebase, type Backend } from "./backend/firebase.ts";
import { loadProject } from "./backend/project.ts";

const dayMs = 24 * 60 * 60 * 1000;
const root = document.querySelector<HTMLElement>("#app") ?? document.body;

/** The events of the weeks around `now`, live, as a plain list. */
function showEvents(backend: Backend, uid: string, now: Date): () => void {
  const events = new Map<string, EventDocument>();
  const callables = callablesOf(backend.functions);
  const connect = async () => {
    const { url } = await callables.connectAccount({ returnTo: location.origin });
    location.assign(url);
  };
  const draw = () => {
    const sorted = [...events].sort(([, a], [, b]) => a.startAt.toMillis() - b.startAt.toMillis());
    render(
      html`<h1>Live calendar</h1>
        <button @click=${() => void connect()}>Connect Google Calendar</button>
        <ul aria-label="Events">
          ${sorted.map(
            ([id, event]) =>
              html`<li data-event=${id}>
                <time datetime=${event.startAt.toDate().toISOString()}
                  >${event.startAt.toDate().toLocaleString()}</time
                >
                ${event.summary ?? "(no title)"}
              </li>`,
          )}
        </ul>`,
      root,
    );
  };
  draw();
  const from = new Date(now.getTime() - 30 * dayMs);
  const to = new Date(now.getTime() + 60 * dayMs);
  return subscribe(webListen(backend.db), agendaQuery(uid, from, to), eventDocument, {
    next: ({ changes }) => {
      for (const change of changes) {
        if (change.kind === "removed") events.delete(change.id);
        else events.set(change.id, change.document);
      }
      draw();
    },
    error: ({ message }) => {
      render(html`<p role="alert">${message}</p>`, root);
    },
  });
}

async function start(): Promise<void> {
  const project = await loadProject();
  const backend = startFirebase(project);
  let stop: (() => void) | undefined;
  onAuthStateChanged(backend.auth, user => {
    stop?.();
    if (user) stop = showEvents(backend, user.uid, new Date(performance.timeOrigin + performance.now()));
    else
      render(
        html`<button @click=${() => void signInWithGoogle(backend.auth)}>Sign in with Google</button>`,
        root,
      );
  });
  if (project.demo) await signInAsDemoUser(backend.auth);
}

void start();
