import * as z from "zod";
import type { SeededRandom } from "../random.ts";
import type { HttpAnswer } from "../http/exchange.ts";
import { randomMutation } from "./random-mutation.ts";

const path = z.string().min(1).max(1_000);
const oneOrMore = <T extends z.ZodType>(schema: T) => z.union([schema, z.array(schema).min(1)]);

/** The field `mutate` of a fault: how it changes a successful JSON answer. */
export const mutateOrder = z
  .strictObject({
    /** Paths to remove, for example `items.0.start`. `*` means every index or name. */
    drop: oneOrMore(path).optional(),
    set: oneOrMore(z.strictObject({ path, value: z.unknown() })).optional(),
    /** Random mutations. The same seed gives the same mutations. */
    seed: z.int().optional(),
    count: z.int().min(1).max(1_000).optional(),
    /** Restricts random mutations to the values below this path. */
    within: path.optional(),
    /** Names of fields that random mutations never change. */
    spare: z.array(z.string()).optional(),
  })
  .refine(order => order.drop !== undefined || order.set !== undefined || isLeftToChance(order), {
    message: "mutate needs drop, set, seed or count",
  });
export type MutateOrder = z.infer<typeof mutateOrder>;

/** One change of an answer, as `GET /_emulator/requests` returns it. */
export interface Mutation {
  path: string;
  kind: string;
  /** The id that the changed list item had before the change. */
  itemId?: string;
  /** JSON before and after, shortened. Absent if there was no value, or is none. */
  was?: string;
  now?: string;
}

function isLeftToChance(order: { seed?: number | undefined; count?: number | undefined }): boolean {
  return order.seed !== undefined || order.count !== undefined;
}

/** Applies an order to a successful JSON answer and returns the changes. Returns any other answer unchanged. */
export function mutateAnswer(
  answer: HttpAnswer,
  order: MutateOrder,
  random: SeededRandom,
): { answer: HttpAnswer; mutations: Mutation[] } {
  const root = { "": parsed(answer) };
  if (root[""] === undefined) return { answer, mutations: [] };
  const mutations: Mutation[] = [];
  for (const where of listOf(order.drop)) {
    for (const spot of spotsOf(root, where)) {
      note(mutations, root, spot, "missing", () => {
        Reflect.deleteProperty(spot.parent, spot.key);
      });
    }
    compact(root, where);
  }
  for (const { path: where, value } of listOf(order.set)) {
    for (const spot of spotsOf(root, where)) {
      note(mutations, root, spot, "set", () => {
        Reflect.set(spot.parent, spot.key, structuredClone(value));
      });
    }
  }
  const count = isLeftToChance(order) ? (order.count ?? 1) : 0;
  for (let index = 0; index < count; index += 1) {
    const chosen = randomMutation(root[""], random, order.within, order.spare ?? []);
    if (chosen === undefined) break;
    const { parent, key, kind, apply, path: where } = chosen;
    const item = itemAt(root[""], where);
    note(mutations, root, { parent, key, path: where }, kind, apply);
    if (key !== "etag" && order.spare?.includes("etag") !== true) giveOwnEtag(item);
  }
  // Removes the ETag header, so that no cache takes the changed answer for the original.
  const { etag: _etag, ...headers } = answer.headers ?? {};
  return { answer: { ...answer, headers, body: JSON.stringify(root[""]) }, mutations };
}

function parsed(answer: HttpAnswer): unknown {
  const type = answer.headers?.["content-type"] ?? "";
  if (answer.status >= 300 || answer.body === undefined || !type.startsWith("application/json"))
    return undefined;
  return JSON.parse(answer.body.toString());
}

function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

interface Spot {
  parent: object;
  key: string;
  path: string;
}

/** The places that a path selects. The last step of the path may name a field that does not exist yet. */
function spotsOf(root: object, where: string): Spot[] {
  let spots: Spot[] = [{ parent: root, key: "", path: "" }];
  for (const step of where.split(".")) {
    spots = spots.flatMap(spot => {
      const value: unknown = Reflect.get(spot.parent, spot.key);
      if (typeof value !== "object" || value === null) return [];
      const keys = step === "*" ? Object.keys(value) : [step];
      return keys
        .filter(key => key !== "__proto__" && !(Array.isArray(value) && !/^\d{1,6}$/.test(key)))
        .map(key => ({ parent: value, key, path: spot.path === "" ? key : `${spot.path}.${key}` }));
    });
  }
  return spots;
}

/** Removes the holes that dropped items leave in lists. */
function compact(root: object, where: string): void {
  const above = where.split(".").slice(0, -1).join(".");
  const lists =
    above === ""
      ? [Reflect.get(root, "") as unknown]
      : spotsOf(root, above).map((spot): unknown => Reflect.get(spot.parent, spot.key));
  for (const list of lists) {
    if (!Array.isArray(list)) continue;
    // `flat` skips holes and keeps all values, including null.
    const kept = (list as unknown[]).flat(0);
    list.length = 0;
    list.push(...kept);
  }
}

const MOST_SHOWN = 200;

function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

function note(
  mutations: Mutation[],
  root: { "": unknown },
  spot: Spot,
  kind: string,
  apply: () => void,
): void {
  const was = shown(Reflect.get(spot.parent, spot.key));
  const itemId = itemIdOf(root[""], spot.path);
  apply();
  const now = shown(Reflect.get(spot.parent, spot.key));
  mutations.push({
    path: spot.path,
    kind,
    ...(itemId === undefined ? {} : { itemId }),
    ...(was === undefined ? {} : { was }),
    ...(now === undefined || kind === "missing" ? {} : { now }),
  });
}

/** Changes the etag of a changed item. With an equal etag, a client could not detect the change. */
function giveOwnEtag(item: unknown): void {
  const etag: unknown = Reflect.get(Object(item), "etag");
  if (typeof etag === "string") Reflect.set(Object(item), "etag", `${etag}~`);
}

function itemIdOf(answer: unknown, where: string): string | undefined {
  const id: unknown = Reflect.get(Object(itemAt(answer, where)), "id");
  return typeof id === "string" ? id : undefined;
}

/** The list item that contains the value at a path. */
function itemAt(answer: unknown, where: string): unknown {
  const index = /^items\.(\d+)(?:\.|$)/.exec(where)?.[1];
  const items: unknown = index === undefined ? undefined : Reflect.get(Object(answer), "items");
  return Array.isArray(items) ? (items as unknown[])[Number(index)] : undefined;
}
