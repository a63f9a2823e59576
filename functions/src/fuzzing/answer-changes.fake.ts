import { randomChoice, seededRandom } from "../sync/testing/schedule.fake.ts";
import {
  asJson,
  extraField,
  inReverse,
  isContainer,
  mutated,
  pathText,
  somePath,
  someEdit,
  type Mutation,
  type Path,
  type StopsAt,
} from "./answer-mutations.fake.ts";
import { pickWeighted } from "./odd-values.fake.ts";
import { oddRefusal, type Refusal } from "./odd-refusals.fake.ts";

/** One change of one answer of a case: a mutation, or a refusal in its place. */
export type Change = Mutation | { readonly answer: number; readonly refusal: Refusal };

/** How the answers of one Google method are changed. */
export interface AnswerKind {
  readonly stopsAt: StopsAt;
  /** Fields of an item that are changed more often than other fields. */
  readonly decisive: readonly string[];
  /** Fields that may be added to an item that lacks them. */
  readonly fields: readonly string[];
  readonly isOtherEnvelope: (before: unknown, after: unknown) => boolean;
  readonly isOtherItem: (before: unknown, after: unknown) => boolean;
  /** The share of answers that are replaced by refusals, from 0 to 1. */
  readonly refused: number;
}

export type ChangedAnswer =
  | { readonly kind: "answer"; readonly body: unknown; readonly touched: readonly number[] }
  | { readonly kind: "refusal"; readonly thrown: unknown };

/** Changes the answers of one case: at random from its seed, or by repeating the given changes of an earlier run. */
export class AnswerChanges {
  /** While false, answers are not changed. */
  on = false;
  /** All changes so far. */
  readonly done: Change[] = [];
  readonly #kind: AnswerKind;
  readonly #seed: number;
  readonly #given: readonly Change[] | undefined;
  #answers = 0;

  constructor(kind: AnswerKind, seed: number, given?: readonly Change[]) {
    this.#kind = kind;
    this.#seed = seed;
    this.#given = given;
  }

  /** @returns the changed answer, and the indexes of the original items that were changed */
  change(body: unknown): ChangedAnswer {
    if (!this.on) return { kind: "answer", body: asJson(body), touched: [] };
    const answer = ++this.#answers;
    const changes = this.#given?.filter(one => one.answer === answer) ?? this.#propose(answer, body);
    this.done.push(...changes);
    let after = body;
    const touched = new Set<number>();
    for (const change of changes) {
      if ("refusal" in change) return { kind: "refusal", thrown: change.refusal.thrown };
      const next = mutated(after, change);
      if (next === undefined && change.path.length > 0) continue;
      // Done before a later change of the order, after which an index means another item.
      after = change.path.length > 1 ? withOwnEtags(asJson(next), body, touchedBy(change, body)) : next;
      for (const index of touchedBy(change, body)) touched.add(index);
    }
    return { kind: "answer", body: asJson(after), touched: [...touched] };
  }

  #propose(answer: number, body: unknown): Change[] {
    const random = seededRandom(this.#seed * 1_009 + answer * 7_919);
    if (random() < this.#kind.refused) return [{ answer, refusal: oddRefusal(random) }];
    if (random() < 0.15) return [];
    const count = pickWeighted(randomChoice(random), [
      [6, 1],
      [3, 2],
      [1, 5],
    ]);
    const changes: Mutation[] = [];
    let after = body;
    for (let tries = 0; changes.length < count && tries < count * 3; tries++) {
      const path = somePath(random, after, this.#kind);
      const at = valueAt(after, path);
      const [what, edit] =
        path.length === 2 && random() < 0.5 ? extraField(random, this.#kind.fields) : someEdit(random, at);
      const next = mutated(after, { path, edit });
      if (what !== inReverse && this.#isOther(body, next)) continue;
      after = next;
      changes.push({ answer, path, what, edit });
      // After a change of the order an index means another item.
      if (path.length < 2) break;
    }
    return changes;
  }

  #isOther(before: unknown, after: unknown): boolean {
    if (this.#kind.isOtherEnvelope(before, after)) return true;
    const [items, left] = [itemsOf(before), itemsOf(after)];
    // The list is longer or shorter: the items themselves are unchanged.
    if (items.length !== left.length) return false;
    return items.some((item, index) => this.#kind.isOtherItem(item, left[index]));
  }
}

function itemsOf(body: unknown): readonly unknown[] {
  const items = isContainer(body) ? body["items"] : undefined;
  return Array.isArray(items) ? (items as unknown[]) : [];
}

function touchedBy({ path, what }: Mutation, body: unknown): readonly number[] {
  const [first, index] = path;
  if (typeof index === "number") return [index];
  const onlyOrder = what === inReverse || what.endsWith("twice") || what.endsWith("at its end");
  const itself = first === undefined || first === "items";
  return itself && !onlyOrder ? [...itemsOf(body).keys()] : [];
}

function valueAt(body: unknown, path: Path): unknown {
  let value = body;
  for (const key of path) value = isContainer(value) ? value[key] : undefined;
  return value;
}

/**
 * Gives each changed event another etag. With the same etag the sync could detect neither the change nor a later return
 * to the original content.
 */
function withOwnEtags(after: unknown, before: unknown, touched: readonly number[]): unknown {
  const items = itemsOf(after);
  for (const index of touched) {
    const [was, item] = [itemsOf(before)[index], items[index]];
    if (!isContainer(was) || !isContainer(item) || item["id"] !== was["id"] || item["etag"] !== was["etag"])
      continue;
    if (typeof item["etag"] === "string") item["etag"] = `${item["etag"]}~`;
  }
  return after;
}

/** One line for the test's output. */
export function changeText(change: Change): string {
  return "refusal" in change
    ? `answer ${change.answer}: refused with ${change.refusal.name}`
    : `answer ${change.answer}: ${pathText(change.path)} ${change.what.slice(0, 120)}`;
}

/** A key by which similar failures are grouped. */
export function changeKind(change: Change): string {
  if ("refusal" in change) return `refused: ${change.refusal.name.slice(0, 90)}`;
  const extra = /^with ("[^"]*"):/.exec(change.what)?.[1];
  const kind = extra === undefined ? "" : ` with ${extra}`;
  return `${pathText(change.path, false)}${kind}`;
}
