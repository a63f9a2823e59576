import { views } from "../calendar/views.ts";
import type { Actions } from "./actions.ts";
import type { State, Store } from "./state.ts";

interface Shortcut {
  readonly keys: readonly string[];
  readonly label: string;
  /** Absent: on every page. */
  readonly isThere?: (state: State) => boolean;
  run(actions: Actions): void;
}

const shortcuts: readonly Shortcut[] = [
  {
    keys: ["t"],
    label: "Today",
    run: actions => {
      actions.move("today");
    },
  },
  {
    keys: ["j", "→"],
    label: "Later",
    run: actions => {
      actions.move("next");
    },
  },
  {
    keys: ["k", "←"],
    label: "Earlier",
    run: actions => {
      actions.move("previous");
    },
  },
  ...views.map(({ name, label, shortcut }) => ({
    keys: [shortcut],
    label: `${label} view`,
    run: (actions: Actions) => {
      actions.show(name);
    },
  })),
  {
    keys: ["c"],
    label: "New event",
    isThere: ({ writeAccess }) => writeAccess,
    run: ({ edits }) => {
      edits.createSoon();
    },
  },
  {
    keys: ["/"],
    label: "Search",
    run: actions => {
      actions.openSearch();
    },
  },
  {
    keys: ["?"],
    label: "This list",
    run: actions => {
      actions.setHelp(true);
    },
  },
];

/** The list in the help dialog. */
export function shortcutList(state: State): readonly Pick<Shortcut, "keys" | "label">[] {
  return [...shortcutsOf(state), { keys: ["Esc"], label: "Close what is open" }];
}

function shortcutsOf(state: State): readonly Shortcut[] {
  return shortcuts.filter(({ isThere }) => isThere?.(state) ?? true);
}

const named: Readonly<Record<string, string>> = { ArrowRight: "→", ArrowLeft: "←" };

/** Listens for the shortcuts. Ignores keys in fields and dialogs, and keys with modifiers. */
export function listenForShortcuts(store: Store, actions: Actions): void {
  addEventListener("keydown", event => {
    const { phase, shortcuts: on, sidebarOpen } = store.get();
    if (phase !== "signedIn") return;
    if (event.key === "Escape" && sidebarOpen) actions.toggleSidebar();
    if (!on || event.ctrlKey || event.metaKey || event.altKey || meansSomethingElse(event.target)) return;
    const key = named[event.key] ?? event.key;
    const shortcut = shortcutsOf(store.get()).find(candidate => candidate.keys.includes(key));
    if (!shortcut) return;
    event.preventDefault();
    shortcut.run(actions);
  });
}

function meansSomethingElse(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest("input, select, textarea, dialog, [contenteditable]") !== null
  );
}
