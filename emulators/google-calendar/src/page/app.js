// The page uses the emulator that serves it. It reads from the control surface, which is not logged and not affected
// by faults. It writes through the API, so that every edit notifies the channels.

import { firstDayOfWeek, offsetOf, wallIn, weekOf, zoneSentence } from "./week.js";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SNAP_MINUTES = 15;
const POLL_MS = 1_000;
const firstDay = firstDayOfWeek(navigator.language);
const viewerZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const byId = id => document.getElementById(id);

const state = {
  email: undefined,
  calendarId: undefined,
  zone: "UTC",
  role: "",
  color: "",
  weekMs: undefined,
  overview: undefined,
};
const tokens = new Map();
let dragging = false;

/** Creates an element. Text is never parsed as markup. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function complain(message) {
  byId("trouble").textContent = message;
}

async function control(method, name, body) {
  const response = await fetch(`/_emulator/${name}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error?.message ?? response.statusText);
  return answer;
}

/**
 * Calls the API as the selected user. If the access token is no longer valid, gets a new token and repeats the call
 * once.
 */
async function api(method, path, body, again = true) {
  const { email } = state;
  if (!tokens.has(email)) {
    const { access_token } = await control("POST", "tokens", { email, clientId: "emulator-page" });
    tokens.set(email, access_token);
  }
  const response = await fetch(`/calendar/v3/calendars/${encodeURIComponent(state.calendarId)}/${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens.get(email)}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.status === 401 && again) {
    tokens.delete(email);
    return await api(method, path, body, false);
  }
  if (response.status === 204) return undefined;
  const answer = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${answer.error?.message ?? ""}`);
  return answer;
}

/** Runs the action of a button and shows its error, if any. Then loads and shows the new state. */
async function act(work) {
  try {
    complain("");
    await work();
  } catch (error) {
    complain(error.message);
  }
  await refresh();
}

// Times on this page are wall-clock times in the calendar's zone, stored as the ms of the same wall-clock time in
// UTC.
const wall = text => Date.parse(`${text.slice(0, 19)}Z`);
const wallText = ms => new Date(ms).toISOString().slice(0, 19);
const clockText = ms => new Date(ms).toISOString().slice(11, 16);

const nowInZone = () => wallIn(state.zone, state.overview?.now ?? 0);

/** The week of the viewer's day: a page beside this one that shows the viewer's times shows the same week. */
const thisWeek = () => weekOf(wallIn(viewerZone, state.overview?.now ?? 0), firstDay);

async function refresh() {
  const query = new URLSearchParams();
  if (state.calendarId !== undefined && state.weekMs !== undefined) {
    query.set("calendarId", state.calendarId);
    query.set("from", String(state.weekMs - DAY_MS));
    query.set("to", String(state.weekMs + 8 * DAY_MS));
  }
  try {
    state.overview = await control("GET", `overview?${query}`);
  } catch (error) {
    complain(`The emulator does not answer: ${error.message}`);
    return;
  }
  // Also without any user there is a week to show.
  state.weekMs ??= thisWeek();
  if (choose()) {
    await refresh();
    return;
  }
  show();
}

/** Selects a calendar if the selected calendar does not exist. Returns true if the selection changed. */
function choose() {
  const { users } = state.overview;
  const known = users.some(
    user => user.email === state.email && user.calendars.some(entry => entry.id === state.calendarId),
  );
  if (known) return false;
  const user = users.find(candidate => candidate.calendars.length > 0);
  if (user === undefined) {
    state.calendarId = undefined;
    return false;
  }
  select(user, user.calendars[0]);
  return true;
}

function select(user, calendar) {
  Object.assign(state, {
    email: user.email,
    calendarId: calendar.id,
    zone: calendar.timeZone,
    role: calendar.accessRole,
    color: calendar.backgroundColor,
  });
}

function show() {
  const { overview } = state;
  byId("clock").textContent = `${new Date(overview.now).toISOString().replace("T", " ").slice(0, 19)} UTC`;
  showCalendars(overview.users);
  if (!dragging) showWeek(overview.events ?? []);
  showChannels(overview.channels);
  showRequests(overview.requests);
  showFaults(overview);
}

/** Replaces children only if `key` changed, which keeps the focus and the scroll position. */
function fill(target, key, make) {
  if (target.dataset.key === key) return;
  target.dataset.key = key;
  const focused = document.activeElement?.dataset?.focus;
  target.replaceChildren(...make());
  if (focused !== undefined) target.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

function showCalendars(users) {
  fill(byId("calendars"), JSON.stringify([users, state.email, state.calendarId]), () => {
    if (users.length === 0)
      return [
        element("p", { className: "empty" }, "No users yet. Tests make them with PUT /_emulator/state."),
      ];
    return users.flatMap(user => [
      element("h2", {}, user.name, element("small", {}, user.email)),
      ...user.calendars.map(calendar => {
        const current = user.email === state.email && calendar.id === state.calendarId;
        const swatch = element("span", { className: "swatch" });
        swatch.style.background = calendar.backgroundColor;
        const button = element(
          "button",
          { "aria-current": String(current) },
          swatch,
          calendar.summary,
          element("small", {}, `${calendar.accessRole}, ${calendar.events} events`),
        );
        button.dataset.focus = `${user.email} ${calendar.id}`;
        button.onclick = () => act(() => select(user, calendar));
        return button;
      }),
    ]);
  });
}

/** Arranges overlapping events side by side: each event gets a column within its group. */
function arrange(events) {
  const placed = [];
  let cluster = [];
  let clusterEnd = -Infinity;
  const close = () => {
    const columns = Math.max(0, ...cluster.map(entry => entry.column)) + 1;
    for (const entry of cluster) placed.push({ ...entry, columns });
    cluster = [];
  };
  for (const event of [...events].sort((a, b) => a.startMs - b.startMs || b.endMs - a.endMs)) {
    if (event.startMs >= clusterEnd) close();
    const taken = new Set(cluster.filter(entry => entry.endMs > event.startMs).map(entry => entry.column));
    let column = 0;
    while (taken.has(column)) column += 1;
    cluster.push({ ...event, column });
    clusterEnd = Math.max(cluster.length === 1 ? -Infinity : clusterEnd, event.endMs);
  }
  close();
  return placed;
}

function showWeek(events) {
  const week = byId("week");
  const days = Array.from({ length: 7 }, (_, index) => state.weekMs + index * DAY_MS);
  const format = new Intl.DateTimeFormat("en", {
    timeZone: "UTC",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  byId("week-title").textContent = format.formatRange(days[0], days[6]);
  byId("add").disabled =
    state.calendarId === undefined || (!state.role.startsWith("writer") && state.role !== "owner");
  // At noon, the clocks of a day have already changed.
  const noonMs = days[0] + DAY_MS / 2;
  byId("zone").textContent =
    state.calendarId === undefined ? "" : zoneSentence(state.zone, viewerZone, noonMs);
  week.style.setProperty("--calendar", state.color);
  const today = Math.floor(nowInZone() / DAY_MS) * DAY_MS;
  const wasAt = week.scrollTop;
  const isNew = week.dataset.key === undefined;
  fill(week, JSON.stringify([events, state.weekMs, today, state.calendarId, state.zone]), () => {
    const corner = element("div", { className: "day-name zone" }, offsetOf(state.zone, noonMs));
    const cells = [corner];
    const name = new Intl.DateTimeFormat("en", { timeZone: "UTC", weekday: "short" });
    for (const day of days)
      cells.push(
        element(
          "div",
          { className: day === today ? "day-name now" : "day-name" },
          `${name.format(day)} ${new Date(day).getUTCDate()}`,
        ),
      );
    cells.push(element("div"));
    for (const day of days) cells.push(allDayCell(day, events));
    const hours = element("div", { className: "hours", ariaHidden: "true" });
    for (let hour = 1; hour < 24; hour += 1) {
      const label = element("span", {}, `${String(hour).padStart(2, "0")}:00`);
      label.style.top = `calc(${hour} * var(--hour))`;
      hours.append(label);
    }
    cells.push(hours);
    for (const day of days) cells.push(dayColumn(day, events));
    return cells;
  });
  week.scrollTop = isNew ? 7 * 41 : wasAt;
}

function allDayCell(day, events) {
  const cell = element("div", { className: "all-day" });
  const text = wallText(day).slice(0, 10);
  for (const event of events) {
    if (event.start.date === undefined || event.start.date > text || event.end.date <= text) continue;
    const button = element("button", { className: "event" }, event.summary ?? "(no title)");
    button.dataset.focus = `${event.id} ${text}`;
    button.onclick = () => edit(event);
    button.onkeydown = press => remove(press, event);
    cell.append(button);
  }
  return cell;
}

function dayColumn(day, events) {
  const column = element("div", { className: "day" });
  column.onclick = click => {
    if (click.target !== column || byId("add").disabled) return;
    const hours = Math.floor(click.offsetY / (column.clientHeight / 24));
    edit({ start: { dateTime: wallText(day + hours * 60 * MINUTE_MS) } });
  };
  const timed = events
    .filter(event => event.start.dateTime !== undefined)
    .map(event => ({
      event,
      startMs: wall(event.start.dateTime),
      endMs: Math.max(wall(event.end.dateTime), wall(event.start.dateTime) + 20 * MINUTE_MS),
    }))
    .filter(entry => entry.startMs < day + DAY_MS && entry.endMs > day);
  for (const entry of arrange(timed)) column.append(eventButton(entry, day));
  return column;
}

function eventButton({ event, startMs, endMs, column, columns }, day) {
  const from = Math.max(startMs, day) - day;
  const to = Math.min(endMs, day + DAY_MS) - day;
  const title = event.summary ?? "(no title)";
  const button = element(
    "button",
    {
      className: to - from < 45 * MINUTE_MS ? "event short" : "event",
      title: `${title}, ${clockText(startMs)}–${clockText(endMs)}`,
    },
    title,
    element("time", {}, clockText(startMs)),
  );
  button.dataset.focus = event.id;
  button.style.top = `${(from / DAY_MS) * 100}%`;
  button.style.height = `${((to - from) / DAY_MS) * 100}%`;
  button.style.left = `${(column / columns) * 100}%`;
  button.style.width = `calc(${100 / columns}% - 2px)`;
  makeMovable(button, event);
  return button;
}

function move(event, byMs) {
  const shift = text => ({ dateTime: wallText(wall(text) + byMs), timeZone: state.zone });
  return act(() =>
    api("PATCH", `events/${encodeURIComponent(event.id)}`, {
      start: shift(event.start.dateTime),
      end: shift(event.end.dateTime),
    }),
  );
}

/** Makes an event movable by pointer and by arrow keys. A press without movement opens the editor. */
function makeMovable(button, event) {
  button.onpointerdown = down => {
    if (down.button !== 0) return;
    const column = button.parentElement;
    const { width } = column.getBoundingClientRect();
    const height = column.clientHeight;
    let byMs = 0;
    button.setPointerCapture(down.pointerId);
    button.onpointermove = move => {
      const days = Math.round((move.clientX - down.clientX) / width);
      const steps = Math.round((((move.clientY - down.clientY) / height) * 24 * 60) / SNAP_MINUTES);
      byMs = days * DAY_MS + steps * SNAP_MINUTES * MINUTE_MS;
      dragging = dragging || byMs !== 0;
      button.classList.toggle("dragging", dragging);
      button.style.transform = `translate(${days * width}px, ${((steps * SNAP_MINUTES) / (24 * 60)) * height}px)`;
    };
    button.onpointerup = button.onpointercancel = up => {
      button.onpointermove = button.onpointerup = button.onpointercancel = null;
      const moved = dragging;
      dragging = false;
      if (up.type === "pointercancel" || (moved && byMs === 0)) void act(() => undefined);
      else if (moved) void move(event, byMs);
      else edit(event);
    };
  };
  button.onkeydown = press => {
    const steps = {
      ArrowUp: -SNAP_MINUTES * MINUTE_MS,
      ArrowDown: SNAP_MINUTES * MINUTE_MS,
      ArrowLeft: -DAY_MS,
      ArrowRight: DAY_MS,
    };
    const byMs = steps[press.key];
    if (byMs !== undefined) {
      press.preventDefault();
      void move(event, byMs);
    } else if (press.key === "Enter" || press.key === " ") {
      press.preventDefault();
      edit(event);
    } else remove(press, event);
  };
}

function remove(press, event) {
  if (press.key === "Delete") void act(() => api("DELETE", `events/${encodeURIComponent(event.id)}`));
}

/** Opens the dialog for an event. An event without an id is new. */
function edit(event) {
  const dialog = byId("editor");
  const form = dialog.querySelector("form");
  const isNew = event.id === undefined;
  const timed = event.start.dateTime !== undefined;
  byId("editor-title").textContent = isNew ? "New event" : "Edit event";
  byId("delete").hidden = isNew;
  form.summary.value = event.summary ?? "";
  form.start.value = (event.start.dateTime ?? `${event.start.date}T00:00:00`).slice(0, 16);
  form.start.disabled = form.minutes.disabled = !timed;
  form.minutes.value =
    isNew || !timed ? 60 : (wall(event.end.dateTime) - wall(event.start.dateTime)) / MINUTE_MS;
  form.rule.value = "";
  form.rule.disabled = !isNew;
  dialog.returnValue = "cancel";
  dialog.onclose = () => {
    if (dialog.returnValue === "delete")
      void act(() => api("DELETE", `events/${encodeURIComponent(event.id)}`));
    if (dialog.returnValue === "save") void act(() => save(event, form, timed));
  };
  dialog.showModal();
}

async function save(event, form, timed) {
  const startMs = wall(`${form.start.value}:00`);
  const body = { summary: form.summary.value };
  if (timed) {
    body.start = { dateTime: wallText(startMs), timeZone: state.zone };
    body.end = { dateTime: wallText(startMs + Number(form.minutes.value) * MINUTE_MS), timeZone: state.zone };
  }
  if (form.rule.value !== "") body.recurrence = [form.rule.value];
  if (event.id === undefined) await api("POST", "events", body);
  else await api("PATCH", `events/${encodeURIComponent(event.id)}`, body);
}

function showChannels(channels) {
  fill(byId("channels"), JSON.stringify(channels), () => {
    if (channels.length === 0)
      return [element("p", { className: "empty" }, "Nobody watches. events.watch opens a channel.")];
    return channels.map(channel => {
      const deliveries = element("ol", { className: "deliveries" });
      for (const delivery of channel.deliveries.slice(-5).reverse()) {
        const good = delivery.status >= 200 && delivery.status < 300;
        deliveries.append(
          element(
            "li",
            {},
            element("span", {}, new Date(delivery.at).toLocaleTimeString("en-GB")),
            element("span", {}, delivery.state),
            element(
              "span",
              { className: good ? "good" : "bad" },
              String(delivery.status ?? delivery.error ?? "…"),
            ),
            element(
              "span",
              {},
              delivery.answeredAt === undefined ? "" : `${Math.round(delivery.answeredAt - delivery.at)} ms`,
            ),
          ),
        );
      }
      return element(
        "div",
        { className: "channel" },
        element(
          "p",
          {},
          channel.live ? "live " : "ended ",
          element("strong", {}, channel.calendarId ?? channel.resource),
        ),
        element("p", { className: "where" }, channel.address),
        deliveries,
      );
    });
  });
}

function showRequests(requests) {
  fill(byId("requests"), JSON.stringify(requests), () =>
    [...requests]
      .reverse()
      .map(request =>
        element(
          "li",
          {},
          element("span", {}, new Date(request.at).toLocaleTimeString("en-GB")),
          element(
            "span",
            { className: request.status >= 200 && request.status < 400 ? "good" : "bad" },
            String(request.status ?? "…"),
          ),
          element(
            "span",
            { title: `${request.path}?${request.query}` },
            `${request.method} ${request.path.replace("/calendar/v3/", "").replaceAll("%40", "@")}`,
          ),
        ),
      ),
  );
}

function showFaults(overview) {
  const { push, faults } = overview;
  const email = state.email;
  const choices = [
    ["Expire sync tokens", () => control("POST", "sync-tokens/expire", {})],
    ["Revoke this user's grants", () => control("POST", "grants/revoke", { email })],
    [
      "Next list: 410",
      () => control("POST", "faults", { method: "GET", path: "/events", status: 410, times: 1 }),
    ],
    [
      "Rate limit ×3",
      () => control("POST", "faults", { status: 403, reason: "rateLimitExceeded", times: 3 }),
    ],
    ["503 ×3", () => control("POST", "faults", { status: 503, times: 3 })],
    [
      "API switched off ×3",
      () => control("POST", "faults", { status: 403, reason: "accessNotConfigured", times: 3 }),
    ],
    [
      "Next list: damaged",
      () =>
        control("POST", "faults", {
          method: "GET",
          path: "/events",
          mutate: { count: 5, within: "items" },
          times: 1,
        }),
    ],
    ["Cut a connection", () => control("POST", "faults", { drop: true, times: 1 })],
    ["Slow: 2 s ×5", () => control("POST", "faults", { delayMs: 2_000, times: 5 })],
    [push.paused ? "Resume push" : "Pause push", () => control("POST", "push", { paused: !push.paused })],
    [
      push.drop > 0 ? "Lose nothing" : "Lose every other message",
      () => control("POST", "push", { drop: push.drop > 0 ? 0 : 0.5 }),
    ],
    [
      push.duplicate > 0 ? "Send once" : "Send everything twice",
      () => control("POST", "push", { duplicate: push.duplicate > 0 ? 0 : 1 }),
    ],
    ["An hour passes", () => control("POST", "clock", { advanceMs: 3_600_000 })],
    ["A week passes", () => control("POST", "clock", { advanceMs: 604_800_000 })],
    [`Clear faults (${faults})`, () => control("DELETE", "faults")],
  ];
  fill(byId("faults"), JSON.stringify([push, faults, email]), () =>
    choices.map(([label, work]) => {
      const button = element(
        "button",
        { disabled: email === undefined && label.startsWith("Revoke") },
        label,
      );
      button.dataset.focus = label;
      button.onclick = () => act(work);
      return button;
    }),
  );
}

const turn = weeks =>
  act(() => {
    state.weekMs = weeks === 0 ? thisWeek() : state.weekMs + weeks * 7 * DAY_MS;
  });
byId("previous").onclick = () => turn(-1);
byId("next").onclick = () => turn(1);
byId("today").onclick = () => turn(0);
byId("add").onclick = () =>
  edit({ start: { dateTime: wallText(Math.ceil(nowInZone() / (60 * MINUTE_MS)) * 60 * MINUTE_MS) } });

await refresh();
for (;;) {
  await new Promise(resolve => setTimeout(resolve, POLL_MS));
  if (!dragging && !document.hidden) await refresh();
}
