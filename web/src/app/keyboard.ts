import { views } from "../calendar/views.ts";
import type { Actions } from "./actions.ts";
import type { State, Store } from "./state.ts";

interface Shortcut {
  readonly keys: readonly string[];
  readonly label: string;
  /** Absent: on every page. */
  readonly isThere?: (state: State) => boolean;
  run(actions: Actions, edits: EditKeys | undefined, state: State): void;
}

/** What the keys for changes do. */
export interface EditKeys {
  /** Opens the form for a new event. */
  create(): void;
  edit(id: string): void;
  remove(id: string): void;
  /** The event that has the focus in the grid. */
  focused(): string | undefined;
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
    isThere: canChange,
    run: (_actions, edits) => {
      edits?.create();
    },
  },
  {
    keys: ["e"],
    label: "Edit the event",
    isThere: canChange,
    run: (_actions, edits, state) => {
      const id = eventOf(state, edits);
      if (id !== undefined) edits?.edit(id);
    },
  },
  {
    keys: ["Del", "⌫"],
    label: "Delete the event",
    isThere: canChange,
    run: (_actions, edits, state) => {
      const id = eventOf(state, edits);
      if (id !== undefined) edits?.remove(id);
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

/** The grid itself listens for these. */
const moveKeys = [
  { keys: ["Alt", "↑↓"], label: "Move the event by 15 minutes" },
  { keys: ["Alt", "←→"], label: "Move the event by a day" },
  { keys: ["Alt", "Shift", "↑↓"], label: "Make the event shorter or longer" },
];

/** The list in the help dialog. */
export function shortcutList(state: State): readonly Pick<Shortcut, "keys" | "label">[] {
  return [
    ...shortcutsOf(state),
    ...(state.writeAccess ? moveKeys : []),
    { keys: ["Esc"], label: "Close what is open" },
  ];
}

function shortcutsOf(state: State): readonly Shortcut[] {
  return shortcuts.filter(({ isThere }) => isThere?.(state) ?? true);
}

function canChange({ writeAccess }: State): boolean {
  return writeAccess;
}

/** The event that a key means: the open one, or the one that has the focus. */
function eventOf({ openEvent }: State, edits: EditKeys | undefined): string | undefined {
  return openEvent?.id ?? edits?.focused();
}

const named: Readonly<Record<string, string>> = {
  ArrowRight: "→",
  ArrowLeft: "←",
  Delete: "Del",
  Backspace: "⌫",
};

/**
 * Listens for the shortcuts. Ignores keys in fields and dialogs, and keys with modifiers. The keys for changes work in
 * the details of an event, too.
 */
export function listenForShortcuts(store: Store, actions: Actions, edits?: EditKeys): void {
  addEventListener("keydown", event => {
    const state = store.get();
    if (state.phase !== "signedIn") return;
    if (event.key === "Escape" && state.sidebarOpen) actions.toggleSidebar();
    if (!state.shortcuts || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = named[event.key] ?? event.key;
    const shortcut = shortcutsOf(state).find(candidate => candidate.keys.includes(key));
    if (!shortcut || meansSomethingElse(event.target, shortcut.isThere === canChange)) return;
    event.preventDefault();
    shortcut.run(actions, edits, state);
  });
}

function meansSomethingElse(target: EventTarget | null, alsoInDetails: boolean): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest("input, select, textarea, [contenteditable]") !== null) return true;
  // A dialog that Escape has just closed keeps the focus until the browser draws the page again.
  const dialog = target.closest("dialog[open]");
  return dialog !== null && !(alsoInDetails && dialog.classList.contains("details"));
}
