import "@fontsource-variable/figtree";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/sidebar.css";
import "./styles/grid.css";
import "./styles/event-states.css";
import "./styles/grid-edits.css";
import "./styles/dialogs.css";
import "./styles/search.css";
import "./styles/edit.css";
import { onAuthStateChanged, signOut } from "firebase/auth";
import { render } from "lit-html";
import { readConnectReturn, type ConnectReturn } from "@firestore-calendar-sync/client";
import { calendarFunctions, eventWriteFunctions, readSeries } from "@firestore-calendar-sync/client/web-sdk";
import { createActions, type Actions } from "./app/actions.ts";
import { createEventEdits, type EventEdits } from "./app/event-edits.ts";
import { listenForShortcuts } from "./app/keyboard.ts";
import { repeatsOf } from "./app/series.ts";
import { openSession, type Session } from "./app/session.ts";
import { recallSettings, remember } from "./app/settings.ts";
import { createStore, type State } from "./app/state.ts";
import {
  keepRequestsAlive,
  signInAsDemoUser,
  signInWithGoogle,
  startFirebase,
  type Backend,
} from "./backend/firebase.ts";
import { usersRoot, writeAccess } from "./backend/params.ts";
import { loadProject } from "./backend/project.ts";
import { createColorSheet } from "./calendar/calendar-colors.ts";
import { createCalendarView, type CalendarView } from "./calendar/calendar-view.ts";
import { focusedEvent } from "./calendar/event-focus.ts";
import { googlePageAnswers } from "./demo/google-page.ts";
import { failurePage, page } from "./view/page.ts";
import { focusSearch } from "./view/search.ts";
import { plainDescription } from "./words/description.ts";
import { eventTimeWords, type Reader } from "./words/event-time.ts";

const now = Date.now;
/** The page is in English. If the browser has another language, the page uses British English, which has 24 hours. */
const locale = navigator.language.startsWith("en") ? navigator.language : "en-GB";
const reader: Reader = { locale, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone };
const narrow = matchMedia("(max-width: 760px)").matches;
const roomForTwo = matchMedia("(min-width: 1360px)").matches;

const root = document.querySelector<HTMLElement>("#app") ?? document.body;
const grid = document.createElement("div");
grid.className = "grid";

const settings = recallSettings(narrow);
const store = createStore({
  phase: "starting",
  demo: false,
  agenda: "loading",
  offline: false,
  title: "",
  todayInView: true,
  notices: [],
  busy: new Set(),
  sidebarOpen: false,
  helpOpen: false,
  googlePane: "absent",
  latencies: [],
  writeAccess,
  nowMs: now(),
  announcement: "",
  ...settings,
});

/**
 * Connects all parts of the page. Called once.
 */
function run(backend: Backend, demo: boolean, returned: ConnectReturn | undefined): void {
  let toFinish = returned;
  let session: Session | undefined;
  let view: CalendarView | undefined;
  const callables = calendarFunctions(backend.functions);
  const edits = createEdits(
    backend,
    () => session,
    () => view,
  );
  const actions = createActions({
    store,
    callables,
    edits,
    view: {
      show: name => view?.show(name),
      move: step => view?.move(step),
      showDay: day => view?.showDay(day),
    },
    signIn: async () => {
      await (demo ? signInAsDemoUser(backend.auth, location.search) : signInWithGoogle(backend.auth));
    },
    signOut: async () => {
      edits.flush();
      await signOut(backend.auth);
    },
    openEvent: id => {
      openDetails(backend, session, id);
    },
    search: text => session?.search(text),
    focusSearch,
    refreshHidden: () => session?.refreshHidden(),
    remember,
    leave: url => {
      location.assign(url);
    },
    returnTo: location.origin + location.pathname + location.search,
  });
  const paintColors = createColorSheet();
  const paint = (state: State) => {
    applyTheme(state);
    paintColors(state.calendars ?? new Map());
    render(page(state, actions, reader, grid), root);
  };
  store.subscribe(paint);
  listenForShortcuts(store, actions, {
    create: edits.createSoon,
    edit: edits.edit,
    remove: edits.remove,
    focused: () => focusedEvent(grid),
  });
  allowEdits(edits, () => view);

  onAuthStateChanged(backend.auth, user => {
    session?.close();
    session = undefined;
    if (!user) {
      store.set({
        phase: demo ? "starting" : "signedOut",
        user: undefined,
        accounts: undefined,
        calendars: undefined,
        search: undefined,
        editing: undefined,
        scopeQuestion: undefined,
      });
      return;
    }
    store.set({ phase: "signedIn", user: { uid: user.uid, email: user.email ?? "" } });
    // Only a signed-in user can confirm. The next sign-in does not repeat it.
    if (toFinish) actions.finishConnect(toFinish);
    toFinish = undefined;
    // Firestore can open its cache while the grid is created.
    session = openSession({
      db: backend.db,
      user: { uid: user.uid, usersRoot },
      store,
      draw: (...drawn) => view?.apply(...drawn),
      now,
      timeZone: reader.timeZone,
      functions: eventWriteFunctions(backend.functions),
      newRequestId,
      isDeleted: edits.hides,
      onChanges: edits.follow,
      syncIfStale: calendarKey => callables.syncNow({ calendarKey, ifStale: true }),
    });
    // The grid measures its element, so the element must be on the page first.
    paint(store.get());
    const { range } = shownRange;
    if (range) session.show(range.from, range.to);
    view ??= createView(actions, () => session);
  });
}

/**
 * Lets the user change events in the grid, as soon as there is a calendar for it. Asks again which ones whenever
 * accounts or calendars have changed.
 */
function allowEdits(edits: EventEdits, view: () => CalendarView | undefined): void {
  let asked: Partial<State> | undefined;
  store.subscribe(state => {
    const grid = view();
    if (!grid || !(asked ?? edits.canCreate())) return;
    if (asked?.accounts === state.accounts && asked?.calendars === state.calendars) return;
    asked = state;
    grid.allowEdits(edits);
  });
}

function zoneOf(calendarKey: string): string | undefined {
  return store.get().calendars?.get(calendarKey)?.timeZone;
}

const shownRange: { range?: { from: Date; to: Date } } = {};

function createView(actions: Actions, session: () => Session | undefined): CalendarView {
  const view = createCalendarView(grid, {
    locale,
    language: navigator.language,
    timeZone: reader.timeZone,
    view: store.get().view,
    onRange: range => {
      shownRange.range = range;
      const today = now();
      store.set({
        title: range.title,
        view: range.view,
        todayInView: range.from.getTime() <= today && today < range.to.getTime(),
      });
      session()?.show(range.from, range.to);
    },
    onOpen: id => {
      actions.openEvent(id);
    },
    timeWords: event => eventTimeWords(event, reader, zoneOf(event.calendarKey)),
    zoneOf,
    announce: announcement => {
      store.set({ announcement });
    },
  });
  new ResizeObserver(() => {
    view.resize();
  }).observe(grid);
  return view;
}

const newRequestId = () => crypto.randomUUID();

function createEdits(
  backend: Backend,
  session: () => Session | undefined,
  view: () => CalendarView | undefined,
): EventEdits {
  const edits = createEventEdits({
    store,
    session,
    seriesOf: async event => {
      const { user } = store.get();
      return user && (await readSeries(backend.db, { uid: user.uid, usersRoot }, event));
    },
    usualTimes: () => view()?.timesForNew(new Date(now())),
    timeZone: reader.timeZone,
    plainText: plainDescription,
    newRequestId,
    later: (run, ms) => {
      const timer = setTimeout(run, ms);
      return () => {
        clearTimeout(timer);
      };
    },
  });
  addEventListener("pagehide", () => {
    keepRequestsAlive();
    edits.flush();
  });
  return edits;
}

function openDetails(backend: Backend, session: Session | undefined, id: string): void {
  const event = session?.event(id);
  const { user } = store.get();
  if (!session || !event || !user) return;
  store.set({ openEvent: { id, event, deleted: false, alsoIn: session.alsoIn(id) } });
  repeatsOf(backend.db, { uid: user.uid, usersRoot }, event, locale).then(
    repeats => {
      const { openEvent } = store.get();
      if (repeats !== undefined && openEvent?.id === id) store.set({ openEvent: { ...openEvent, repeats } });
    },
    () => undefined, // Offline, and the series is not in the cache: the details show "part of a series".
  );
}

function applyTheme({ theme }: State): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** Reads the result of an attempt to connect and removes it from the address, so that a reload does not repeat it. */
function takeConnectReturn(): ConnectReturn | undefined {
  const { outcome, rest } = readConnectReturn(location.href);
  if (outcome !== undefined) history.replaceState(null, "", rest);
  return outcome;
}

async function start(): Promise<void> {
  const returned = takeConnectReturn();
  const project = await loadProject();
  // The demo's functions can change events at the local Google.
  store.set({ demo: project.demo, writeAccess: writeAccess || project.demo });
  const backend = startFirebase(project);
  run(backend, project.demo, returned);
  setInterval(() => {
    store.set({ nowMs: now() });
  }, 15_000);
  if (!project.demo) return;
  const [pane] = await Promise.all([googlePageAnswers(), signInAsDemoUser(backend.auth, location.search)]);
  if (pane) store.set({ googlePane: roomForTwo ? "open" : "closed" });
}

start().catch((error: unknown) => {
  console.error(error);
  render(failurePage(error instanceof Error ? error.message : "The page could not start."), root);
});
