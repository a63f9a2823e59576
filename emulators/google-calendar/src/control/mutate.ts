import * as z from "zod";
import type { SeededRandom } from "../random.ts";
import type { HttpAnswer } from "../http/exchange.ts";
import { randomMutation } from "./random-mutation.ts";

const path = z.string().min(1).max(1_000);
const oneOrMore = <T extends z.ZodType>(schema: T) => z.union([schema, z.array(schema).min(1)]);

/** `mutate` of a fault: what becomes of a successful JSON answer. */
export const mutateOrder = z
  .strictObject({
    /** Paths to leave out, such as `items.0.start`; `*` stands for every index or name. */
    drop: oneOrMore(path).optional(),
    set: oneOrMore(z.strictObject({ path, value: z.unknown() })).optional(),
    /** Mutations left to chance, the same for a seed. */
    seed: z.int().optional(),
    count: z.int().min(1).max(1_000).optional(),
    /** Only below this path. */
    within: path.optional(),
    /** Names that chance leaves alone, wherever they are. */
    spare: z.array(z.string()).optional(),
  })
  .refine(order => order.drop !== undefined || order.set !== undefined || isLeftToChance(order), {
    message: "mutate needs drop, set, seed or count",
  });
/** See mutateOrder. */
export type MutateOrder = z.infer<typeof mutateOrder>;

/** One change that was made to an answer, as the log of requests shows it. */
export interface Mutation {
  path: string;
  kind: string;
  /** The id of the item of the list that was changed, as it was. */
  itemId?: string;
  /** JSON before and after, cut; absent where there was or is nothing. */
  was?: string;
  now?: string;
}

function isLeftToChance(order: { seed?: number | undefined; count?: number | undefined }): boolean {
  return order.seed !== undefined || order.count !== undefined;
}

/** Changes a successful JSON answer as ordered and tells what was changed; any other answer stays as it is. */
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
  // Without its etag: what was changed on the way has another one, and no cache may take it for the original.
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

/** The places that a path names; its last step need not exist yet. */
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

/** What was dropped from a list leaves no hole. */
function compact(root: object, where: string): void {
  const above = where.split(".").slice(0, -1).join(".");
  const lists =
    above === ""
      ? [Reflect.get(root, "") as unknown]
      : spotsOf(root, above).map((spot): unknown => Reflect.get(spot.parent, spot.key));
  for (const list of lists) {
    if (!Array.isArray(list)) continue;
    // `flat` skips holes and keeps everything else, null included.
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

/** Another content has another etag, here as everywhere: with the same one nobody could tell that it was changed. */
function giveOwnEtag(item: unknown): void {
  const etag: unknown = Reflect.get(Object(item), "etag");
  if (typeof etag === "string") Reflect.set(Object(item), "etag", `${etag}~`);
}

function itemIdOf(answer: unknown, where: string): string | undefined {
  const id: unknown = Reflect.get(Object(itemAt(answer, where)), "id");
  return typeof id === "string" ? id : undefined;
}

/** The item of the list that a path leads into. */
function itemAt(answer: unknown, where: string): unknown {
  const index = /^items\.(\d+)(?:\.|$)/.exec(where)?.[1];
  const items: unknown = index === undefined ? undefined : Reflect.get(Object(answer), "items");
  return Array.isArray(items) ? (items as unknown[])[Number(index)] : undefined;
}
