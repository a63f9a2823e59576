import * as z from "zod";
import { ApiError, notFound, required } from "./errors.ts";
import { method } from "./method.ts";
import type { Answer, Call } from "./method.ts";
import { SCOPES } from "./scopes.ts";
import { parseBody } from "../model/event-input.ts";
import { resourceIdOf } from "../model/world.ts";

/** Lifetime of a channel in ms: the default, and the longest that was observed (guides/push; [O]). */
const DEFAULT_LIFE_MS = 604_800_000;
const LONGEST_LIFE_MS = 2_592_000_000;

const channelBody = z.object({
  id: z.string().nullish(),
  type: z.string().nullish(),
  address: z.string().max(10_000).nullish(),
  token: z.string().nullish(),
  expiration: z.union([z.string(), z.number()]).nullish(),
  params: z.record(z.string(), z.string()).nullish(),
  payload: z.boolean().nullish(),
  resourceId: z.string().nullish(),
  resourceUri: z.string().nullish(),
});
type ChannelBody = z.infer<typeof channelBody>;

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function checkAddress(address: string | null | undefined): string {
  if (address == null || address === "") throw required("Missing required field: address");
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined)
    throw new ApiError(400, "invalid", `Invalid webhook callback: ${address.slice(0, 200)}`);
  const allowed = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  if (!allowed) {
    throw new ApiError(
      400,
      "push.webhookUrlNotHttps",
      `WebHook callback must be HTTPS: ${address.slice(0, 200)}`,
    );
  }
  return address;
}

function expirationOf(body: ChannelBody, nowMs: number): number {
  const { expiration, params } = body;
  const ttl = params?.["ttl"];
  let wantedMs = nowMs + DEFAULT_LIFE_MS;
  if (expiration != null) {
    wantedMs = Number(expiration);
    if (!Number.isFinite(wantedMs) || wantedMs <= nowMs) {
      throw new ApiError(400, "invalid", "Invalid value for: expiration");
    }
  } else if (ttl !== undefined) {
    if (!/^\d{1,12}$/.test(ttl) || Number(ttl) === 0)
      throw new ApiError(400, "invalid", "Invalid value for: params.ttl");
    wantedMs = nowMs + Number(ttl) * 1000;
  }
  // Expiration times have whole seconds [O].
  return Math.floor(Math.min(wantedMs, nowMs + LONGEST_LIFE_MS) / 1000) * 1000;
}

/** Opens a channel on a resource. The caller must have checked that the user may read the resource. */
export function openChannel(
  call: Call,
  target: { resource: string; path: string; calendarId: string | undefined; watchable: boolean },
): Answer {
  const body = parseBody(channelBody, call.body);
  const { channels } = call.services;
  if (body.id == null || body.id === "") throw required("Missing required field: id");
  if (!/^[A-Za-z0-9\-_+/=]{1,64}$/.test(body.id)) {
    throw new ApiError(
      400,
      "invalid",
      "Channel id not in [A-Za-z0-9\\-_\\+/=]+ or longer than 64 characters",
    );
  }
  if (body.type !== "web_hook" && body.type !== "webhook") {
    throw new ApiError(400, "invalid", `Unknown channel type: ${String(body.type).slice(0, 60)}`);
  }
  const address = checkAddress(body.address);
  if ((body.token ?? "").length > 256)
    throw new ApiError(400, "invalid", "Channel token is longer than 256 characters");
  if (!target.watchable) {
    throw new ApiError(
      400,
      "pushNotSupportedForRequestedResource",
      "Push notifications are not supported by this resource.",
    );
  }
  if (channels.isUsed(body.id))
    throw new ApiError(400, "channelIdNotUnique", `Channel id ${body.id} not unique`);
  const channel = channels.open({
    id: body.id,
    resource: target.resource,
    resourceId: resourceIdOf(target.resource),
    resourceUri: `https://www.googleapis.com/calendar/v3/${target.path}?alt=json`,
    calendarId: target.calendarId,
    email: call.user.email,
    clientId: call.clientId,
    address,
    token: body.token ?? undefined,
    expirationMs: expirationOf(body, call.clock.now()),
  });
  return {
    body: {
      kind: "api#channel",
      id: channel.id,
      resourceId: channel.resourceId,
      resourceUri: channel.resourceUri,
      ...(channel.token === undefined ? {} : { token: channel.token }),
      expiration: String(channel.expirationMs),
    },
  };
}

/** `POST channels/stop`: answers 204, also for a stopped channel. Throws 404 for another user or another client. */
export const channelsStop = method({
  id: "channels.stop",
  verb: "POST",
  path: "channels/stop",
  scopes: SCOPES["channels.stop"],
  params: {},
  run: call => {
    const body = parseBody(channelBody, call.body);
    if (body.id == null) throw required("Missing required field: id");
    if (body.resourceId == null) throw required("Missing required field: resourceId");
    const channel = call.services.channels.get(body.id);
    if (channel?.resourceId !== body.resourceId) {
      throw new ApiError(404, "notFound", `Channel '${body.id.slice(0, 64)}' not found for project`);
    }
    if (channel.email !== call.user.email || channel.clientId !== call.clientId) throw notFound();
    call.services.channels.stop(channel);
    return { status: 204 };
  },
});
