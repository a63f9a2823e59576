import type {
  AccountDocument,
  AgendaState,
  CalendarDocument,
  SeriesScope,
  ShownEvent,
} from "@firestore-calendar-sync/client";
import type { ViewName } from "../calendar/views.ts";
import type { Latencies } from "../demo/latency.ts";
import type { Editing, ScopeQuestion } from "./edit/editing.ts";
import type { OtherCalendar } from "./entries.ts";
import type { SearchResults } from "./event-search.ts";

/** A message above the calendar. It stays until the user closes it. */
export interface Notice {
  readonly id: string;
  readonly kind: "info" | "success" | "error";
  readonly text: string;
  /** What the user can do about it: allow this app to change events. */
  readonly action?: "allowChanges";
}

/** The event in the details dialog. If it is deleted, the dialog stays open and shows that. */
export interface OpenEvent {
  readonly id: string;
  readonly event: ShownEvent;
  readonly deleted: boolean;
  /** The other shown calendars that have the meeting. */
  readonly alsoIn: readonly OtherCalendar[];
  /** A description of the series' rule. Undefined until it is loaded. */
  readonly repeats?: string;
}

/** The search, while it is open. */
export interface Search {
  /** As the user typed it. */
  readonly text: string;
  readonly results: SearchResults;
  /** Whether events are hidden with their calendars, which are not searched. */
  readonly someHidden: boolean;
}

export interface User {
  readonly uid: string;
  readonly email: string;
}

/** The state of the page. It does not contain the events in the grid: the calendar component keeps them. */
export interface State {
  readonly phase: "starting" | "signedOut" | "signedIn";
  readonly demo: boolean;
  readonly user?: User;
  /** Undefined until the first update arrives. */
  readonly accounts?: ReadonlyMap<string, AccountDocument>;
  readonly calendars?: ReadonlyMap<string, CalendarDocument>;
  readonly agenda: AgendaState;
  /** True if the server has not confirmed the data for several seconds. */
  readonly offline: boolean;
  readonly view: ViewName;
  readonly title: string;
  /** Whether the visible range includes today. */
  readonly todayInView: boolean;
  /** Keys of the calendars that are hidden in this browser. */
  readonly hidden: ReadonlySet<string>;
  /** Whether events that the user has declined are shown. */
  readonly showDeclined: boolean;
  readonly notices: readonly Notice[];
  /** Commands that are running, for example `connect` or `enable:<calendarKey>`. */
  readonly busy: ReadonlySet<string>;
  readonly openEvent?: OpenEvent;
  readonly search?: Search;
  /** Whether this deployment can change events at Google. */
  readonly writeAccess: boolean;
  readonly editing?: Editing;
  readonly scopeQuestion?: ScopeQuestion;
  /** The deletion that can be undone. */
  readonly undo?: { readonly title: string; readonly scope: SeriesScope };
  readonly sidebarOpen: boolean;
  readonly helpOpen: boolean;
  readonly shortcuts: boolean;
  readonly theme: Theme;
  readonly googlePane: "absent" | "closed" | "open";
  readonly latencies: Latencies;
  readonly nowMs: number;
  /** Text for screen readers, in a polite live region. */
  readonly announcement: string;
}

export type Theme = "system" | "light" | "dark";

export interface Store {
  get(): State;
  /**
   * Merges `change` into the state. A key with the value undefined is removed. Several changes in one task cause one
   * call of the listeners, in a microtask.
   */
  set(change: Partial<Changeable>): void;
  subscribe(listener: (state: State) => void): () => void;
}

/** Like `State`, but every key may be undefined, which removes the key. */
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
