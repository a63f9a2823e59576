import { FieldValue } from "firebase-admin/firestore";
import type { createCalendarLists } from "../../firestore/calendars-listing.repository.ts";

type Database = Parameters<typeof createCalendarLists>[0];
type Fields = Readonly<Record<string, unknown>>;

class Reference {
  readonly path: string;
  readonly #documents: ReadonlyMap<string, Fields>;

  constructor(path: string, documents: ReadonlyMap<string, Fields>) {
    this.path = path;
    this.#documents = documents;
  }

  get id(): string {
    return this.path.slice(this.path.lastIndexOf("/") + 1);
  }

  get(): Promise<unknown> {
    const found = structuredClone(this.#documents.get(this.path));
    const get = (field: string) => found?.[field];
    return Promise.resolve({ id: this.id, ref: this, exists: found !== undefined, data: () => found, get });
  }
}

class Query {
  readonly #collection: string;
  readonly #documents: ReadonlyMap<string, Fields>;
  readonly #conditions: readonly (readonly [field: string, value: unknown])[];

  constructor(
    collection: string,
    documents: ReadonlyMap<string, Fields>,
    conditions: readonly (readonly [string, unknown])[] = [],
  ) {
    this.#collection = collection;
    this.#documents = documents;
    this.#conditions = conditions;
  }

  doc(id: string): Reference {
    return new Reference(`${this.#collection}/${id}`, this.#documents);
  }

  where(field: string, op: string, value: unknown): Query {
    if (op !== "==") throw new Error(`no ${op} here`);
    return new Query(this.#collection, this.#documents, [...this.#conditions, [field, value]]);
  }

  async get(): Promise<unknown> {
    const references = [...this.#documents]
      .filter(([path]) => path.slice(0, path.lastIndexOf("/")) === this.#collection)
      .filter(([, fields]) => this.#conditions.every(([field, value]) => fields[field] === value))
      .map(([path]) => new Reference(path, this.#documents));
    const docs = await Promise.all(references.map(async reference => await reference.get()));
    return { docs, size: docs.length, empty: docs.length === 0 };
  }
}

/** As much of Firestore as the account's repositories need: documents, equality, and transactions one after another. */
export class MemoryFirestore {
  readonly documents = new Map<string, Fields>();

  get database(): Database {
    const doc = (path: string) => new Reference(path, this.documents);
    const database = {
      doc,
      collection: (path: string) => new Query(path, this.documents),
      getAll: async (...references: Reference[]) =>
        await Promise.all(references.map(async one => await one.get())),
      runTransaction: async (work: (transaction: unknown) => Promise<unknown>) =>
        await work(this.#transaction),
    };
    return database as unknown as Database;
  }

  get #transaction(): unknown {
    return {
      get: async (of: Reference | Query) => await of.get(),
      getAll: async (...references: Reference[]) =>
        await Promise.all(references.map(async one => await one.get())),
      create: ({ path }: Reference, fields: Fields) => {
        if (this.documents.has(path)) throw new Error(`${path} exists`);
        this.documents.set(path, withoutDeleted(fields));
      },
      set: ({ path }: Reference, fields: Fields, options?: { readonly merge?: boolean }) => {
        const before = options?.merge === true ? this.documents.get(path) : {};
        this.documents.set(path, withoutDeleted({ ...before, ...fields }));
      },
      update: ({ path }: Reference, fields: Fields) => {
        const before = this.documents.get(path);
        if (before === undefined) throw new Error(`no document ${path}`);
        this.documents.set(path, withoutDeleted({ ...before, ...fields }));
      },
      delete: ({ path }: Reference) => {
        this.documents.delete(path);
      },
    };
  }
}

function withoutDeleted(fields: Fields): Fields {
  const isDeleted = (value: unknown) => value instanceof FieldValue && value.isEqual(FieldValue.delete());
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isDeleted(value)));
}
