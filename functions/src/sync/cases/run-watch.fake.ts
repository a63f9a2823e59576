import { FakeAccessTokens } from "../../account/access-tokens.fake.ts";
import { createChannels } from "../../google/push-channels.adapter.ts";
import type { MaintainOutcome } from "../../watch/maintain-watch.ts";
import { WatchWorld } from "../../watch/watch-world.fake.ts";
import type { RawAnswer } from "./case-schema.fake.ts";
import { callerOver, thrownFor } from "./google-client.fake.ts";

/** Opens a channel that Google refuses with this answer, through the real adapter and the real caller. */
export async function refuseWatch(answer: RawAnswer): Promise<{
  readonly world: WatchWorld;
  readonly tokens: FakeAccessTokens;
  readonly outcome: MaintainOutcome;
}> {
  const world = new WatchWorld();
  const tokens = new FakeAccessTokens(() => world.nowMs);
  const watch = () => Promise.reject(thrownFor(answer));
  const client = { events: { watch }, calendarList: { watch } };
  const real = createChannels(callerOver(tokens, client), "https://example.com/calendarWebhook");
  world.channels.open = async request => await real.open(request);
  return { world, tokens, outcome: await world.run("open") };
}
