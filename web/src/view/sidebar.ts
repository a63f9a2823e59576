import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { AccountDocument, CalendarDocument } from "@firestore-calendar-sync/client";
import type { Actions } from "../app/actions.ts";
import type { State } from "../app/state.ts";
import { calendarClass } from "../calendar/event-input.ts";
import { agoWords } from "../words/ago.ts";
import type { Reader } from "../words/event-time.ts";
import { zoneWords } from "../words/time-zone.ts";
import { unreadableWords } from "../words/unreadable.ts";
import { newEventButton } from "./edit/new-event-button.ts";
import { icons } from "./icons.ts";
import { windowChoice } from "./window-choice.ts";

export function sidebar(state: State, actions: Actions, { locale, timeZone }: Reader): TemplateResult {
  const accounts = [...(state.accounts ?? [])].sort(([, a], [, b]) => a.email.localeCompare(b.email));
  return html`<aside
    id="sidebar"
    class="sidebar"
    aria-label="Calendars and accounts"
    ?data-open=${state.sidebarOpen}
  >
    <div class="sidebar-head">
      <h2>Calendars</h2>
      <button class="icon-button sidebar-close" aria-label="Close" @click=${actions.toggleSidebar}>
        ${icons.close}
      </button>
    </div>
    ${newEventButton(actions, "sidebar-new")} ${state.accounts === undefined ? skeleton() : nothing}
    ${repeat(
      accounts,
      ([id]) => id,
      ([id, account]) => accountGroup(state, actions, locale, id, account),
    )}
    ${
      state.accounts === undefined
        ? nothing
        : html`<button
            class="button connect"
            ?disabled=${state.busy.has("connect")}
            @click=${actions.connect}
          >
            ${icons.plus} ${accounts.length === 0 ? "Connect Google Calendar" : "Connect another account"}
          </button>`
    }
    ${state.accounts === undefined || accounts.length === 0 ? nothing : declinedSwitch(state, actions)}
    <p class="viewer-zone quiet">Times in ${zoneWords(timeZone, new Date(state.nowMs))}</p>
    <footer class="user">
      <span class="user-name" title=${state.user?.email ?? ""}>${state.user?.email ?? ""}</span>
      ${state.demo ? html`<span class="chip">Demo</span>` : html`<button class="link" @click=${actions.signOut}>Sign out</button>`}
    </footer>
  </aside>`;
}

function declinedSwitch({ showDeclined }: State, actions: Actions): TemplateResult {
  return html`<label class="switch">
    <span>Show declined events</span>
    <input
      type="checkbox"
      role="switch"
      .checked=${showDeclined}
      @change=${(event: Event) => {
        actions.setShowDeclined((event.target as HTMLInputElement).checked);
      }}
    />
  </label>`;
}

function skeleton(): TemplateResult {
  return html`<div class="skeleton" aria-hidden="true"><span></span><span></span><span></span></div>
    <p class="visually-hidden" role="status">Loading your calendars</p>`;
}

function accountGroup(
  state: State,
  actions: Actions,
  locale: string,
  id: string,
  account: AccountDocument,
): TemplateResult {
  const calendars = [...(state.calendars ?? [])]
    .filter(([, calendar]) => calendar.accountId === id)
    .sort(([, a], [, b]) => Number(b.primary) - Number(a.primary) || a.summary.localeCompare(b.summary));
  return html`<section class="account" aria-label=${account.email} data-status=${account.status}>
    <div class="account-head">
      <h3 title=${account.email}>${account.email}</h3>
      <details class="menu">
        <summary class="icon-button" aria-label=${`More about ${account.email}`}>${icons.more}</summary>
        <div class="menu-body">
          <p>Connected ${agoWords(account.connectedAt.toMillis(), state.nowMs, locale)}.</p>
          <button
            class="button danger"
            ?disabled=${account.status === "disconnecting" || state.busy.has(`disconnect:${id}`)}
            @click=${() => {
              actions.disconnect(id, account.email);
            }}
          >
            Disconnect and delete
          </button>
        </div>
      </details>
    </div>
    ${
      account.status === "reauth_required"
        ? html`<button class="button warn" ?disabled=${state.busy.has("connect")} @click=${actions.connect}>
            ${icons.alert} Reconnect
          </button>`
        : nothing
    }
    ${account.status === "disconnecting" ? html`<p class="quiet" role="status">Disconnecting…</p>` : nothing}
    ${calendars.length === 0 && account.status === "active" ? html`<p class="quiet" role="status">Looking for calendars…</p>` : nothing}
    <ul class="calendars">
      ${repeat(
        calendars,
        ([key]) => key,
        ([key, calendar]) => calendarRow(state, actions, locale, key, calendar),
      )}
    </ul>
  </section>`;
}

function calendarRow(
  state: State,
  actions: Actions,
  locale: string,
  key: string,
  calendar: CalendarDocument,
): TemplateResult {
  const busy = state.busy.has(`enable:${key}`);
  return html`<li class="calendar ${calendarClass(key)}" data-calendar=${key} data-phase=${phaseOf(calendar)}>
    <label class="swatch">
      <input
        type="checkbox"
        .checked=${!state.hidden.has(key) && calendar.enabled}
        ?disabled=${!calendar.enabled}
        @change=${(event: Event) => {
          actions.setShown(key, (event.target as HTMLInputElement).checked);
        }}
      />
      <span class="name">${calendar.summary}</span>
    </label>
    ${phaseChip(calendar)}
    <details class="menu">
      <summary class="icon-button" aria-label=${`More about ${calendar.summary}`}>${icons.more}</summary>
      <div class="menu-body">
        <label class="switch">
          <span>Sync this calendar</span>
          <input
            type="checkbox"
            role="switch"
            .checked=${live(busy ? !calendar.enabled : calendar.enabled)}
            ?disabled=${busy}
            @change=${(event: Event) => {
              actions.setEnabled(key, (event.target as HTMLInputElement).checked);
            }}
          />
        </label>
        <p>${syncedWords(calendar, state.nowMs, locale)}</p>
        ${windowChoice(key, calendar, state.busy.has(`window:${key}`), actions)}
        ${!calendar.enabled && calendar.accessRole === "freeBusyReader" ? html`<p>${busyOnlyWords}</p>` : nothing}
        ${calendar.sync.message === undefined || isBusyOnly(calendar) ? nothing : html`<p class="problem">${calendar.sync.message}</p>`}
        ${
          calendar.sync.unreadable === undefined
            ? nothing
            : html`<p class="problem">${unreadableWords(calendar.sync.unreadable, locale)}</p>`
        }
        ${
          calendar.enabled
            ? html`<button
                class="button"
                ?disabled=${state.busy.has(`sync:${key}`)}
                @click=${() => {
                  actions.syncNow(key);
                }}
              >
                Sync now
              </button>`
            : nothing
        }
      </div>
    </details>
    ${isReading(calendar) ? importProgress(calendar) : nothing}
    ${isBusyOnly(calendar) ? html`<p class="explanation">${calendar.sync.message ?? busyOnlyWords}</p>` : nothing}
  </li>`;
}

function phaseOf(calendar: CalendarDocument): string {
  return calendar.enabled ? calendar.sync.phase : "off";
}

/** A label for the phase. `live` is the normal phase, so it has no visible text. */
function phaseChip(calendar: CalendarDocument): TemplateResult | typeof nothing {
  if (!calendar.enabled) return html`<span class="chip">Off</span>`;
  switch (calendar.sync.phase) {
    case "live":
      return html`<span class="phase-live" title="Changes arrive at once"
        ><span class="visually-hidden">Live</span></span
      >`;
    case "importing":
      return html`<span class="chip">Importing</span>`;
    case "polling":
      return html`<span
        class="chip"
        title=${calendar.sync.message ?? "Google offers no push for this calendar; it is read every few hours"}
        >Periodic</span
      >`;
    case "busyOnly":
      return html`<span class="chip">Busy only</span>`;
    case "unavailable":
      return html`<span class="chip warn" title="This account has no access to the calendar any more"
        >No access</span
      >`;
    case "error":
      return html`<span class="chip danger" title=${calendar.sync.message ?? ""}>Trouble</span>`;
    default:
      // The phase is from a later version and may be a normal phase, so it gets no label.
      return nothing;
  }
}

const busyOnlyWords = "Only free and busy times of this calendar are shared with you.";

function isBusyOnly({ enabled, sync }: CalendarDocument): boolean {
  return enabled && sync.phase === "busyOnly";
}

/** A first import, or more of the past (`setCalendarWindow`) while the calendar stays live. */
function isReading({ enabled, sync }: CalendarDocument): boolean {
  return enabled && (sync.phase === "importing" || sync.importedCount !== undefined);
}

function importProgress(calendar: CalendarDocument): TemplateResult {
  const count = calendar.sync.importedCount ?? 0;
  const what = calendar.sync.phase === "importing" ? "Importing" : "Reading more of";
  return html`<div class="import">
    <div class="bar" role="progressbar" aria-label=${`${what} ${calendar.summary}`}></div>
    <span role="status">${count.toLocaleString("en")} ${count === 1 ? "event" : "events"} so far</span>
  </div>`;
}

function syncedWords(calendar: CalendarDocument, nowMs: number, locale: string): string {
  if (!calendar.enabled) return "Not synced. Its events are not kept here.";
  if (!calendar.lastSyncedAt) return "Not synced yet.";
  return `Last synced ${agoWords(calendar.lastSyncedAt.toMillis(), nowMs, locale)}.`;
}
