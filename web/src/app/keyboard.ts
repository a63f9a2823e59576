import { views } from "../calendar/views.ts";
import type { Actions } from "./actions.ts";
import type { Store } from "./state.ts";

interface Shortcut {
  readonly keys: readonly string[];
  readonly label: string;
  run(actions: Actions): void;
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

interface EditShortcut {
  readonly keys: readonly string[];
  readonly label: string;
  /** `id`: the open event, or the one that has the focus. */
  run(edits: EditKeys, id: string | undefined): void;
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

const editShortcuts: readonly EditShortcut[] = [
  {
    keys: ["c"],
    label: "New event",
    run: edits => {
      edits.create();
    },
  },
  {
    keys: ["e"],
    label: "Edit the event",
    run: (edits, id) => {
      if (id !== undefined) edits.edit(id);
    },
  },
  {
    keys: ["Del", "Backspace"],
    label: "Delete the event",
    run: (edits, id) => {
      if (id !== undefined) edits.remove(id);
    },
  },
];

/** The grid itself listens for these. */
const moveKeys = [
  { keys: ["Alt", "↑", "↓"], label: "Move the event by 15 minutes" },
  { keys: ["Alt", "←", "→"], label: "Move the event by a day" },
  { keys: ["Alt", "Shift", "↑", "↓"], label: "Make the event shorter or longer" },
];

/** The list in the help dialog. */
export function shortcutList(canEdit: boolean): readonly Pick<Shortcut, "keys" | "label">[] {
  return [
    ...shortcuts,
    ...(canEdit ? [...editShortcuts, ...moveKeys] : []),
    { keys: ["Esc"], label: "Close what is open" },
  ];
}

const named: Readonly<Record<string, string>> = { ArrowRight: "→", ArrowLeft: "←", Delete: "Del" };

/**
 * Listens for the shortcuts. Ignores keys in fields and dialogs, and keys with modifiers. The open event can be edited
 * and deleted from its details.
 *
 * @param edits what the keys for changes do; nothing is changed by keyboard while the state says that nothing can be
 */
export function listenForShortcuts(store: Store, actions: Actions, edits?: EditKeys): void {
  addEventListener("keydown", event => {
    const { phase, shortcuts: on, sidebarOpen, canEdit, openEvent } = store.get();
    if (phase !== "signedIn") return;
    if (event.key === "Escape" && sidebarOpen) actions.toggleSidebar();
    if (!on || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = named[event.key] ?? event.key;
    const ofEdits = edits && canEdit ? editShortcuts.find(({ keys }) => keys.includes(key)) : undefined;
    if (edits && ofEdits && !meansSomethingElse(event.target, openEvent !== undefined)) {
      event.preventDefault();
      ofEdits.run(edits, openEvent?.id ?? edits.focused());
      return;
    }
    const shortcut = shortcuts.find(({ keys }) => keys.includes(key));
    if (!shortcut || meansSomethingElse(event.target, false)) return;
    event.preventDefault();
    shortcut.run(actions);
  });
}

function meansSomethingElse(target: EventTarget | null, inDetails: boolean): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest("input, select, textarea, [contenteditable]") !== null) return true;
  const dialog = target.closest("dialog");
  return dialog !== null && !(inDetails && dialog.classList.contains("details"));
}
