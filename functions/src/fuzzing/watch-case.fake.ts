import { createChannels } from "../google/push-channels.adapter.ts";
import { seededRandom } from "../sync/testing/schedule.fake.ts";
import { openingTimeoutMs } from "../watch/plan-watch.ts";
import { calendarKey, dayMs, WatchWorld } from "../watch/watch-world.fake.ts";
import { AnswerChanges, type AnswerKind, type Change } from "./answer-changes.fake.ts";
import { callerOf } from "./fuzzed-google.fake.ts";
import { pick } from "./odd-values.fake.ts";
import type { PlayedCase, Violation } from "./run-seeds.fake.ts";
import { whyNotStorable } from "./storable.fake.ts";

const watchAnswers: AnswerKind = {
  stopsAt: path => (path.length === 0 ? 0.15 : 1),
  decisive: [],
  fields: [],
  // Google may send any id and any end of a channel, so no change is left out.
  isOtherEnvelope: () => false,
  isOtherItem: () => false,
  refused: 0.4,
};

/** Opens, replaces and stops channels with changed answers; then Google's answers are correct. */
export async function playWatchCase(seed: number, given?: readonly Change[]): Promise<PlayedCase> {
  const random = seededRandom(seed);
  const changes = new AnswerChanges(watchAnswers, seed, given);
  const world = new WatchWorld();
  let violation: Violation | undefined;
  let step = 0;
  const violate = (invariant: Violation["invariant"], what: string, detail = ""): void => {
    violation ??= { invariant, what, detail, step };
  };
  const answer = (body: unknown) => {
    const changed = changes.change(body);
    if (changed.kind === "refusal") throw changed.thrown as Error;
    return Promise.resolve({ data: changed.body });
  };
  const opened: string[] = [];
  const watch = ({ requestBody }: { readonly requestBody: { readonly id: string } }) => {
    opened.push(requestBody.id);
    return answer({
      kind: "api#channel",
      id: requestBody.id,
      resourceId: "resource",
      resourceUri: "https://www.googleapis.com/calendar/v3/calendars/x/events",
      expiration: String(world.nowMs + 7 * dayMs),
    });
  };
  const client = { events: { watch }, calendarList: { watch }, channels: { stop: () => answer("") } };
  const channels = createChannels(callerOf(client), "https://app.example/webhook");

  const run = async (action: "open" | "replace"): Promise<string> => {
    step += 1;
    const before = opened.length;
    const outcome = await world.run(action, channels).catch((error: unknown) => {
      violate("I1", "thrown", String(error).slice(0, 300));
      return undefined;
    });
    if (world.reauth.length > 0) violate("I2", "the account is ended");
    const target = world.watches.targets.get(calendarKey);
    if (target?.active !== true) violate("I2", "the calendar is stopped");
    if (target?.pushUnsupported === true) violate("I2", "the calendar is not watched any more");
    const answered = changes.done.every(change => !("refusal" in change));
    for (const id of opened.slice(before)) {
      if (answered && world.record(id) === undefined)
        violate("I2", "a channel is forgotten that may exist", id);
    }
    for (const record of world.watches.records.values()) {
      const problem = whyNotStorable(record);
      if (problem !== undefined) violate("I1", "a record that Firestore refuses", problem);
    }
    return outcome?.kind ?? "thrown";
  };

  changes.on = true;
  for (let round = 0; round < 3 && violation === undefined; round++) {
    await run(pick(random, ["open", "replace"]));
    world.nowMs += pick(random, [60_000, openingTimeoutMs + 1, dayMs]);
  }
  changes.on = false;
  world.nowMs += openingTimeoutMs + 1;
  if (violation === undefined && (await run("replace")) !== "done")
    violate("I4", "a clean answer opens nothing");
  const open = [...world.watches.records.values()].filter(({ status }) => status === "open");
  if (open.length !== 1) violate("I4", "not exactly one open channel", world.watches.statuses().join());
  return { violation, changes: changes.done };
}
