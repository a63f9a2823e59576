/** The text of a file of the project, by its path with `/`; undefined if there is none. */
export type ReadFile = (path: string) => string | undefined;

export interface Change {
  readonly path: string;
  readonly before: string | undefined;
  /** Undefined: the file is deleted. */
  readonly after: string | undefined;
}

/** The files of a project as they shall be, while a plan is made. Nothing is written to the disk. */
export interface Draft {
  readonly read: ReadFile;
  readonly write: (path: string, text: string | undefined) => void;
  /** What differs from the disk. */
  readonly changes: () => readonly Change[];
}

export function createDraft(read: ReadFile): Draft {
  const written = new Map<string, string | undefined>();
  return {
    read: path => (written.has(path) ? written.get(path) : read(path)),
    write: (path, text) => written.set(path, text),
    changes: () =>
      [...written]
        .map(([path, after]) => ({ path, before: read(path), after }))
        .filter(({ before, after }) => before !== after),
  };
}

/** Why a plan is refused: text for the person at the terminal. */
export class Refusal extends Error {}
