import { expect, test } from "@jest/globals";
import { classifyFailure } from "./classify-failure.ts";

/* Reasons after which a calendar is switched off, in answers whose text is about a token or the project. */

const reasonOf = (status: number, data: unknown) =>
  classifyFailure(Object.assign(new Error("Request failed"), { config: {}, response: { status, data } }))
    .reason;

test.each([
  [404, "notFound"],
  [403, "forbidden"],
  [403, "requiredAccessLevel"],
])("%d %s takes no calendar away where it is said of a token", (status, reason) => {
  for (const token of ["pageToken", "syncToken"]) {
    const located = { error: { errors: [{ domain: "global", reason, location: token }] } };
    expect(reasonOf(status, located)).toBe("notUnderstood");
  }
  expect(reasonOf(status, { error: { message: "Page token not found", errors: [{ reason }] } })).toBe(
    "notUnderstood",
  );
});

test.each([
  "Google Calendar API has not been enabled in project 12.",
  "Project 12 has been deleted.",
  "Caller does not have required permission to use project my-project.",
  "Permission denied on resource project 'x'.",
  "The request is missing a valid API key.",
  "Method doesn't allow unregistered callers (callers without established identity).",
])("what is forbidden to the project is the operator's: %s", message => {
  for (const [status, reason] of [
    [403, "forbidden"],
    [404, "notFound"],
  ] as const) {
    expect(reasonOf(status, { error: { message, errors: [{ domain: "global", reason, message }] } })).toBe(
      "operator",
    );
  }
});

test.each(["https://my-project.web.app/hook", "https://project.example/project/hook"])(
  "the word in a webhook's address says nothing: %s",
  address => {
    const message = `Unauthorized WebHook callback channel: ${address}`;
    const errors = [{ domain: "global", reason: "push.webhookUrlUnauthorized", message }];
    expect(reasonOf(401, { error: { message, errors } })).toBe("addressRefused");
  },
);

test.each(["Channel 'abc' not found for project", "Channel 'abc' not found for project 'my-project'"])(
  "an unknown channel is gone, though the text names the project: %s",
  message => {
    const errors = [{ domain: "global", reason: "notFound", message }];
    expect(reasonOf(404, { error: { code: 404, message, errors } })).toBe("calendarGone");
  },
);
