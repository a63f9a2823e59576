import * as z from "zod/mini";
import { unreadableAnswer } from "../model/google-failure.ts";
import type { PushChannels } from "../ports/watch.port.ts";
import type { CalendarCaller } from "./calendar-client.ts";

/** The requested life, 30 days. Google may shorten it (guides/push); only `expiration` in the answer counts. */
const requestedLifeSeconds = "2592000";

const channelAnswer = z.object({
  /** Stored in Firestore, which refuses half of a surrogate pair. */
  resourceId: z.string().check(
    z.minLength(1),
    z.maxLength(1_000),
    z.refine(id => id.isWellFormed()),
  ),
  /** Epoch ms as text; a number is accepted too. Sent "if applicable" (guides/push). */
  expiration: z.catch(
    z.optional(z.pipe(z.coerce.string().check(z.regex(/^\d{13}$/)), z.transform(Number))),
    undefined,
  ),
});

/** `events.watch`, `calendarList.watch` and `channels.stop` through Google's client library. */
export function createChannels(call: CalendarCaller, webhookUrl: string): PushChannels {
  return {
    open: async ({ accountId, resource, calendarId, channelId, token }) => {
      const requestBody = {
        id: channelId,
        type: "web_hook",
        address: webhookUrl,
        token,
        params: { ttl: requestedLifeSeconds },
      };
      const answer = await call(accountId, (client, options) =>
        resource === "events"
          ? client.events.watch({ calendarId, requestBody }, options)
          : client.calendarList.watch({ requestBody }, options),
      );
      if (answer.kind === "failed") return answer;
      const channel = channelAnswer.safeParse(answer.data);
      if (!channel.success) return unreadableAnswer;
      const { resourceId, expiration } = channel.data;
      return { kind: "opened", resourceId, ...(expiration !== undefined && { expiresAtMs: expiration }) };
    },

    stop: async ({ accountId, channelId, resourceId }) => {
      const answer = await call(accountId, (client, options) =>
        client.channels.stop({ requestBody: { id: channelId, resourceId } }, options),
      );
      // 404 `notFound`: the channel is unknown, expired or already stopped, so nothing is left to do. A 404 with
      // another reason is a failure.
      if (answer.kind === "failed" && answer.reason !== "calendarGone") return answer;
      return { kind: "stopped" };
    },
  };
}
