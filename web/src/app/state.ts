import type {
  AccountDocument,
  AgendaState,
  CalendarDocument,
  EventDocument,
} from "@firestore-calendar-sync/schema";
import type { ViewName } from "../calendar/views.ts";
import type { Latencies } from "../demo/latency.ts";

/** A message above the calendar that stays until it is closed or its cause is gone. */
export interface Notice {
  readonly id: string;
  readonly kind: "info" | "success" | "error";
  readonly text: string;
}

/** The event whose details are open. It stays readable after a deletion, which is said then. */
export interface OpenEvent {
  readonly id: string;
  readonly event: EventDocument;
  readonly deleted: boolean;
  /** How its series repeats, once known. */
  readonly repeats?: string;
}

export interface User {
  readonly uid: string;
  readonly email: string;
}

/** Everything the page shows, apart from the events in the grid, which the calendar component keeps. */
export interface State {
  readonly phase: "starting" | "signedOut" | "signedIn";
  readonly demo: boolean;
  readonly user?: User;
  /** Undefined until the first answer. */
  readonly accounts?: ReadonlyMap<string, AccountDocument>;
  readonly calendars?: ReadonlyMap<string, CalendarDocument>;
  readonly agenda: AgendaState;
  /** Whether the server has been silent for long enough to say so. */
  readonly offline: boolean;
  readonly view: ViewName;
  readonly title: string;
  /** Whether today is in view. */
  readonly todayInView: boolean;
  /** Calendars that this browser does not show. */
  readonly hidden: ReadonlySet<string>;
  readonly notices: readonly Notice[];
  /** Commands under way, such as `connect` or `enable:<calendarKey>`. */
  readonly busy: ReadonlySet<string>;
  readonly openEvent?: OpenEvent;
  readonly sidebarOpen: boolean;
  readonly helpOpen: boolean;
  readonly shortcuts: boolean;
  readonly theme: Theme;
  readonly googlePane: "absent" | "closed" | "open";
  readonly latencies: Latencies;
  readonly nowMs: number;
  /** What a screen reader is told, politely. */
  readonly announcement: string;
}

export type Theme = "system" | "light" | "dark";

export interface Store {
  get(): State;
  /** Merges `change`; keys set to undefined are removed. Listeners run once per microtask. */
  set(change: Partial<Changeable>): void;
  subscribe(listener: (state: State) => void): () => void;
}

/** As `State`, where optional keys may be given as undefined in order to remove them. */
type Changeable = { [K in keyof State]: State[K] | undefined };

export function createStore(initial: State): Store {
  let state = initial;
  let told = true;
  const listeners = new Set<(state: State) => void>();
  return {
    get: () => state,
    set(change) {
      state = Object.fromEntries(
        Object.entries({ ...state, ...change }).filter(([, value]) => value !== undefined),
      ) as unknown as State;
      if (!told) return;
      told = false;
      queueMicrotask(() => {
        told = true;
        for (const listener of listeners) listener(state);
      });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
