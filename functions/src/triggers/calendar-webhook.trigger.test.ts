import { expect, test } from "@jest/globals";
import { parseNotification } from "./calendar-webhook.trigger.ts";

const channel = `${"k".repeat(22)}-${"c".repeat(22)}`;
const good = {
  "x-goog-channel-id": channel,
  "x-goog-channel-token": "token",
  "x-goog-resource-id": "resource",
  "x-goog-resource-state": "exists",
};

test("a notification names its calendar", () => {
  expect(parseNotification({ ...good, "x-goog-message-number": "7", host: "…" })).toEqual({
    kind: "notification",
    notification: {
      channelId: channel,
      calendarKey: "k".repeat(22),
      token: "token",
      resourceId: "resource",
      state: "exists",
    },
  });
});

test.each([
  ["no channel", { "x-goog-channel-id": undefined }, 404],
  ["two channels", { "x-goog-channel-id": [channel, channel] }, 404],
  ["a channel that is not ours", { "x-goog-channel-id": "01234567-89ab-cdef-0123-456789abcdef" }, 404],
  [
    "a channel that leaves its collection",
    { "x-goog-channel-id": `${"k".repeat(20)}/..-${"c".repeat(22)}` },
    404,
  ],
  ["a channel with more behind it", { "x-goog-channel-id": `${channel}x` }, 404],
  ["a channel with a line break", { "x-goog-channel-id": `${channel}\n` }, 404],
  ["an endless channel", { "x-goog-channel-id": channel.repeat(1_000) }, 404],
  ["no state", { "x-goog-resource-state": undefined }, 400],
  ["an endless state", { "x-goog-resource-state": "e".repeat(65) }, 400],
])("%s is refused", (_what, change, status) => {
  expect(parseNotification({ ...good, ...change })).toEqual({ kind: "refused", status });
});

test.each(["exists", "not_exists", "sync", "EXISTS", "moved"])("the state %s is handed on", state => {
  expect(parseNotification({ ...good, "x-goog-resource-state": state })).toMatchObject({
    notification: { state },
  });
});

test.each([
  ["an endless token", { "x-goog-channel-token": "t".repeat(257) }],
  ["two tokens", { "x-goog-channel-token": ["token", "token"] }],
  ["no token", { "x-goog-channel-token": undefined }],
])("%s is no token", (_what, change) => {
  expect(parseNotification({ ...good, ...change })).toMatchObject({ notification: { token: undefined } });
});
