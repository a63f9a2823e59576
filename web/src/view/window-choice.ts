import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { CalendarDocument } from "@firestore-calendar-sync/client";
import type { Actions } from "../app/actions.ts";

type Side = "pastDays" | "futureDays";

/** The choices of each side, in days. */
const choices: Readonly<Record<Side, readonly (readonly [days: number, words: string])[]>> = {
  pastDays: [
    [7, "a week"],
    [30, "a month"],
    [90, "three months"],
    [365, "a year"],
    [1825, "five years"],
  ],
  futureDays: [
    [30, "a month"],
    [90, "three months"],
    [365, "a year"],
    [1825, "five years"],
  ],
};
const labels: Readonly<Record<Side, string>> = {
  pastDays: "Keep the past",
  futureDays: "Repeat series for",
};

/** How much of a calendar is stored, in its menu. */
export function windowChoice(
  key: string,
  { window = {}, enabled }: CalendarDocument,
  busy: boolean,
  actions: Actions,
): TemplateResult | typeof nothing {
  if (!enabled) return nothing;
  return html`${(["pastDays", "futureDays"] as const).map(side => select(key, side, window[side], busy, actions))}`;
}

function select(
  key: string,
  side: Side,
  chosen: number | undefined,
  busy: boolean,
  actions: Actions,
): TemplateResult {
  // Another app of the user may have chosen another number.
  const own = chosen === undefined || choices[side].some(([days]) => days === chosen);
  const all = own ? choices[side] : [...choices[side], [chosen, `${chosen} days`] as const];
  const value = chosen === undefined ? "" : String(chosen);
  return html`<label class="choice">
    <span>${labels[side]}</span>
    <select
      .value=${live(value)}
      ?disabled=${busy}
      @change=${(event: Event) => {
        const { value: days } = event.target as HTMLSelectElement;
        actions.setWindow(key, { [side]: days === "" ? null : Number(days) });
      }}
    >
      <option value="" ?selected=${value === ""}>as usual</option>
      ${all.map(([days, words]) => html`<option value=${days} ?selected=${value === String(days)}>${words}</option>`)}
    </select>
  </label>`;
}
