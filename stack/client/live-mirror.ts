import { collection, onSnapshot, type DocumentData, type Firestore } from "firebase/firestore";

/** The last version of an event document that the listener received. */
export type SeenEvent = {
  readonly fields: DocumentData;
  /** Milliseconds since 1970. */ readonly seenAtMs: number;
};

/** Google's event id -> the document. */
export type SeenEvents = ReadonlyMap<string, SeenEvent>;

/** Thrown if a condition was not met in time. */
export class Timeout extends Error {
  override name = "Timeout";
}

/**
 * The current contents of a collection of a user, from a web-SDK listener like the product's clients use. The security
 * rules apply to the listener.
 */
export class LiveMirror {
  readonly #documents = new Map<string, SeenEvent>();
  readonly #waiting = new Set<() => void>();
  readonly #stop: () => void;
  #failure: Error | undefined;

  /** `keyField` is the field that identifies a document, for instance Google's event id. */
  constructor(db: Firestore, path: string, keyField: string) {
    this.#stop = onSnapshot(
      collection(db, path),
      snapshot => {
        const seenAtMs = performance.timeOrigin + performance.now();
        for (const change of snapshot.docChanges()) {
          const fields = change.doc.data();
          const key = String(fields[keyField]);
          if (change.type === "removed") this.#documents.delete(key);
          else this.#documents.set(key, { fields, seenAtMs });
        }
        this.#wake();
      },
      error => {
        this.#failure = new Error(`the listener on ${path} was refused: ${error.code}`);
        this.#wake();
      },
    );
  }

  get documents(): SeenEvents {
    return this.#documents;
  }

  /** Resolves with the result of `find` when it is not undefined. Throws Timeout after `withinMs`. */
  async until<T>(find: (documents: SeenEvents) => T | undefined, withinMs: number): Promise<T> {
    return await new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const look = (): void => {
        const found = find(this.#documents);
        if (this.#failure === undefined && found === undefined) return;
        finish();
        if (this.#failure !== undefined) reject(this.#failure);
        else if (found !== undefined) resolve(found);
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Timeout(`not within ${withinMs} ms`));
      }, withinMs);
      this.#waiting.add(look);
      look();
    });
  }

  close(): void {
    this.#stop();
  }

  #wake(): void {
    for (const look of [...this.#waiting]) look();
  }
}
