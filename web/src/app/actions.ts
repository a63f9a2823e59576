import type {
  CalendarFunctions,
  ConnectReturn,
  SetCalendarWindowInput,
} from "@firestore-calendar-sync/client";
import type { CalendarView } from "../calendar/calendar-view.ts";
import type { ViewName } from "../calendar/views.ts";
import { connectErrorWords } from "../words/connect-error.ts";
import { failureSentence } from "../words/failure.ts";
import type { EventEdits } from "./event-edits.ts";
import type { SearchResult } from "./event-search.ts";
import { addNotice } from "./session.ts";
import type { Search, Store, Theme } from "./state.ts";

/** The user's actions on the page. */
export interface Actions {
  readonly signIn: () => void;
  readonly signOut: () => void;
  readonly connect: () => void;
  /** Shows the result of an attempt to connect, or finishes the attempt. */
  readonly finishConnect: (outcome: ConnectReturn) => void;
  readonly disconnect: (accountId: string, email: string) => void;
  readonly setEnabled: (calendarKey: string, enabled: boolean) => void;
  /** Chooses how much of a calendar is stored, in days; null: the deployment's default. */
  readonly setWindow: (calendarKey: string, choice: Omit<SetCalendarWindowInput, "calendarKey">) => void;
  readonly syncNow: (calendarKey: string) => void;
  readonly setShown: (calendarKey: string, shown: boolean) => void;
  readonly setShowDeclined: (shown: boolean) => void;
  readonly show: (view: ViewName) => void;
  readonly move: (step: "previous" | "next" | "today") => void;
  readonly openEvent: (id: string) => void;
  readonly closeEvent: () => void;
  /** Opens the search, and focuses its field. */
  readonly openSearch: () => void;
  /** Searches the loaded events for a text. */
  readonly search: (text: string) => void;
  readonly closeSearch: () => void;
  /** Moves to the first day of a result and opens its details. */
  readonly openResult: (result: SearchResult) => void;
  readonly closeNotice: (id: string) => void;
  readonly toggleSidebar: () => void;
  readonly setHelp: (open: boolean) => void;
  readonly setShortcuts: (on: boolean) => void;
  readonly setTheme: (theme: Theme) => void;
  readonly toggleGooglePane: () => void;
  /** Makes, changes, answers and deletes events. */
  readonly edits: EventEdits;
}

/** The dependencies of the actions. */
export interface ActionPorts {
  readonly store: Store;
  readonly callables: CalendarFunctions;
  readonly edits: EventEdits;
  readonly view: Pick<CalendarView, "show" | "move" | "showDay">;
  readonly signIn: () => Promise<void>;
  readonly signOut: () => Promise<void>;
  readonly openEvent: (id: string) => void;
  readonly search: (text: string) => Search | undefined;
  readonly focusSearch: () => void;
  readonly refreshHidden: () => void;
  readonly remember: (key: Setting, value: string) => void;
  /** Leaves the page for `url`. */
  readonly leave: (url: string) => void;
  readonly returnTo: string;
}

/** The settings that the browser stores between visits. */
export type Setting = "theme" | "view" | "hidden" | "declined" | "shortcuts";

export function createActions(ports: ActionPorts): Actions {
  const { store, callables, view } = ports;

  /** Runs a command unless the same command is still running. Shows a notice if it fails. */
  const command = (name: string, run: () => Promise<void>) => {
    const { busy } = store.get();
    if (busy.has(name)) return;
    store.set({ busy: new Set([...busy, name]) });
    run()
      .catch((error: unknown) => {
        addNotice(store, "error", failureSentence(error));
      })
      .finally(() => {
        store.set({ busy: new Set([...store.get().busy].filter(other => other !== name)) });
      });
  };

  return {
    edits: ports.edits,
    signIn: () => {
      command("sign-in", ports.signIn);
    },
    signOut: () => {
      command("sign-out", ports.signOut);
    },
    connect: () => {
      command("connect", async () => {
        const { url } = await callables.connectAccount({ returnTo: ports.returnTo });
        ports.leave(url);
      });
    },
    finishConnect: outcome => {
      if (outcome.kind !== "confirm") {
        sayOutcome(store, outcome);
        return;
      }
      const { confirmation } = outcome;
      command("connect", async () => {
        const answer = await callables.confirmConnect({ confirmation });
        if ("connected" in answer) sayOutcome(store, { kind: "connected", accountId: answer.connected });
        else sayOutcome(store, { kind: "refused", reason: answer.connectError });
      });
    },
    disconnect: (accountId, email) => {
      command(`disconnect:${accountId}`, async () => {
        await callables.disconnectAccount({ accountId });
        addNotice(
          store,
          "info",
          `${email} is being disconnected; its calendars and events are deleted here.`,
        );
      });
    },
    setEnabled: (calendarKey, enabled) => {
      command(`enable:${calendarKey}`, async () => {
        await callables.setCalendarEnabled({ calendarKey, enabled });
      });
    },
    setWindow: (calendarKey, choice) => {
      command(`window:${calendarKey}`, async () => {
        await callables.setCalendarWindow({ calendarKey, ...choice });
      });
    },
    syncNow: calendarKey => {
      command(`sync:${calendarKey}`, async () => {
        await callables.syncNow({ calendarKey });
      });
    },
    setShown: (calendarKey, shown) => {
      const hidden = new Set(store.get().hidden);
      if (shown) hidden.delete(calendarKey);
      else hidden.add(calendarKey);
      store.set({ hidden });
      ports.remember("hidden", [...hidden].join(" "));
      ports.refreshHidden();
    },
    setShowDeclined: shown => {
      store.set({ showDeclined: shown });
      ports.remember("declined", shown ? "show" : "hide");
      ports.refreshHidden();
    },
    show: name => {
      view.show(name);
      ports.remember("view", name);
    },
    move: step => {
      view.move(step);
    },
    openEvent: id => {
      ports.openEvent(id);
    },
    closeEvent: () => {
      store.set({ openEvent: undefined });
    },
    openSearch: () => {
      store.set({ search: store.get().search ?? ports.search("") });
      ports.focusSearch();
    },
    search: text => {
      store.set({ search: ports.search(text) });
    },
    closeSearch: () => {
      store.set({ search: undefined });
    },
    openResult: ({ id, day }) => {
      view.showDay(day);
      ports.openEvent(id);
    },
    closeNotice: id => {
      store.set({ notices: store.get().notices.filter(notice => notice.id !== id) });
    },
    toggleSidebar: () => {
      store.set({ sidebarOpen: !store.get().sidebarOpen });
    },
    setHelp: open => {
      store.set({ helpOpen: open });
    },
    setShortcuts: on => {
      store.set({ shortcuts: on });
      ports.remember("shortcuts", on ? "on" : "off");
    },
    setTheme: theme => {
      store.set({ theme });
      ports.remember("theme", theme);
    },
    toggleGooglePane: () => {
      const { googlePane } = store.get();
      if (googlePane !== "absent") store.set({ googlePane: googlePane === "open" ? "closed" : "open" });
    },
  };
}

function sayOutcome(store: Store, outcome: Exclude<ConnectReturn, { kind: "confirm" }>): void {
  if (outcome.kind === "refused") addNotice(store, "error", connectErrorWords(outcome.reason));
  else addNotice(store, "success", "Connected. Your events are on their way.");
}
