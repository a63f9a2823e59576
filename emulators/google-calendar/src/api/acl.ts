import * as z from "zod";
import { accessCalendar } from "./access.ts";
import { ApiError, invalidBody, notFound, required } from "./errors.ts";
import { FLAG, method, PATH, TEXT } from "./method.ts";
import type { Answer, Call } from "./method.ts";
import { listCollection } from "./paging.ts";
import { SCOPES } from "./scopes.ts";
import { openChannel } from "./watch.ts";
import { parseBody } from "../model/event-input.ts";
import { ACCESS_ROLES, putAclRule } from "../model/world.ts";
import type { AccessRole, AclRule, Calendar } from "../model/world.ts";

const ruleBody = z.object({
  role: z.enum(ACCESS_ROLES).nullish(),
  scope: z
    .object({ type: z.enum(["default", "user", "group", "domain"]), value: z.string().max(320).nullish() })
    .nullish(),
});
const LIST_PARAMS = {
  calendarId: PATH,
  maxResults: { kind: "integer", min: 1, max: 250 },
  pageToken: TEXT,
  showDeleted: FLAG,
  syncToken: TEXT,
} as const;
const RULE_PARAMS = { calendarId: PATH, ruleId: PATH, sendNotifications: FLAG } as const;

function show(rule: AclRule): object {
  return { kind: "calendar#aclRule", etag: rule.etag, id: rule.id, scope: rule.scope, role: rule.role };
}

function answer(rule: AclRule): Answer {
  return { body: show(rule), etag: rule.etag };
}

function ruleOf(calendar: Calendar, id: string | undefined): AclRule {
  const rule = calendar.acl.get(id ?? "");
  if (rule === undefined || rule.role === "none") throw notFound();
  return rule;
}

/** Writes a rule. Ends the calendar's sync tokens and notifies the channels on the rules. */
function put(call: Call, calendar: Calendar, scope: AclRule["scope"], role: AccessRole): AclRule {
  if (scope.value?.toLowerCase() === call.user.email && role !== "owner") {
    throw new ApiError(403, "cannotChangeOwnAcl", "Cannot change your own access level.", {
      domain: "calendar",
    });
  }
  const rule = putAclRule(calendar, scope, role, call.clock.now());
  call.services.channels.notify(`acl:${calendar.id}`);
  return rule;
}

/** `GET calendars/{calendarId}/acl`: needs at least `writer` [P]. */
export const aclList = method({
  id: "acl.list",
  verb: "GET",
  path: "calendars/{calendarId}/acl",
  scopes: SCOPES["acl.list"],
  params: LIST_PARAMS,
  run: call => {
    const { calendar } = accessCalendar(call, call.params.calendarId, "writer");
    return listCollection(call, call.params, {
      kind: "calendar#acl",
      key: `acl:${calendar.id}`,
      seq: calendar.aclSeq,
      // Changes of the rules do not end the sync tokens of the rules' own list. Only `sync-tokens/expire` ends them.
      generation: String(call.world.generation),
      items: [...calendar.acl.values()].map(rule => ({
        seq: rule.seq,
        deleted: rule.role === "none",
        hidden: false,
        show: () => show(rule),
      })),
    });
  },
});

/** `GET calendars/{calendarId}/acl/{ruleId}`. */
export const aclGet = method({
  id: "acl.get",
  verb: "GET",
  path: "calendars/{calendarId}/acl/{ruleId}",
  scopes: SCOPES["acl.get"],
  params: { calendarId: PATH, ruleId: PATH },
  run: call =>
    answer(ruleOf(accessCalendar(call, call.params.calendarId, "writer").calendar, call.params.ruleId)),
});

/** `POST calendars/{calendarId}/acl`. */
export const aclInsert = method({
  id: "acl.insert",
  verb: "POST",
  path: "calendars/{calendarId}/acl",
  scopes: SCOPES["acl.insert"],
  params: { calendarId: PATH, sendNotifications: FLAG },
  run: call => {
    const { calendar } = accessCalendar(call, call.params.calendarId, "owner");
    const { role, scope } = parseBody(ruleBody, call.body);
    if (role == null) throw required("Missing role.");
    if (scope == null) throw required("Missing scope.");
    const { type, value } = scope;
    if (type === "default") return answer(put(call, calendar, { type }, role));
    if (value == null || value === "") throw invalidBody("Invalid scope value.");
    return answer(put(call, calendar, { type, value: value.toLowerCase() }, role));
  },
});

function edit(call: Call): Answer {
  const { calendar } = accessCalendar(call, String(call.params["calendarId"] ?? ""), "owner");
  const rule = ruleOf(calendar, String(call.params["ruleId"] ?? ""));
  const { role } = parseBody(ruleBody, call.body);
  return answer(put(call, calendar, rule.scope, role ?? rule.role));
}

/** `PATCH calendars/{calendarId}/acl/{ruleId}`. */
export const aclPatch = method({
  id: "acl.patch",
  verb: "PATCH",
  path: "calendars/{calendarId}/acl/{ruleId}",
  scopes: SCOPES["acl.patch"],
  params: RULE_PARAMS,
  run: edit,
});

/** `PUT calendars/{calendarId}/acl/{ruleId}`. */
export const aclUpdate = method({
  id: "acl.update",
  verb: "PUT",
  path: "calendars/{calendarId}/acl/{ruleId}",
  scopes: SCOPES["acl.update"],
  params: RULE_PARAMS,
  run: edit,
});

/** `DELETE calendars/{calendarId}/acl/{ruleId}`. Deltas contain the deleted rule with the role `none` [P]. */
export const aclDelete = method({
  id: "acl.delete",
  verb: "DELETE",
  path: "calendars/{calendarId}/acl/{ruleId}",
  scopes: SCOPES["acl.delete"],
  params: { calendarId: PATH, ruleId: PATH },
  run: call => {
    const { calendar } = accessCalendar(call, call.params.calendarId, "owner");
    put(call, calendar, ruleOf(calendar, call.params.ruleId).scope, "none");
    return { status: 204 };
  },
});

/** `POST calendars/{calendarId}/acl/watch`. */
export const aclWatch = method({
  id: "acl.watch",
  verb: "POST",
  path: "calendars/{calendarId}/acl/watch",
  scopes: SCOPES["acl.watch"],
  params: LIST_PARAMS,
  run: call => {
    const { calendar } = accessCalendar(call, call.params.calendarId, "writer");
    return openChannel(call, {
      resource: `acl:${calendar.id}`,
      path: `calendars/${encodeURIComponent(calendar.id)}/acl`,
      calendarId: calendar.id,
      watchable: true,
    });
  },
});
