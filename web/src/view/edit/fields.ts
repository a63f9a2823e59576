import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

/** A field of the form, with a visible label. */
export function field(label: string, control: TemplateResult, className = ""): TemplateResult {
  return html`<label class="field ${className}"><span>${label}</span>${control}</label>`;
}

export function valueOf(event: Event): string {
  return (event.target as HTMLInputElement).value;
}

/** A choice of one of some values. */
export function choice<Value extends string>(
  label: string,
  value: Value,
  options: readonly (readonly [value: Value, words: string])[],
  choose: (value: Value) => void,
  describedBy?: string,
): TemplateResult {
  return field(
    label,
    html`<select
      .value=${live(value)}
      aria-describedby=${describedBy ?? nothing}
      @change=${(event: Event) => {
        const chosen = options.find(([candidate]) => candidate === valueOf(event));
        if (chosen) choose(chosen[0]);
      }}
    >
      ${options.map(([each, words]) => html`<option value=${each} ?selected=${each === value}>${words}</option>`)}
    </select>`,
  );
}

/** A sentence about what is wrong with a field. */
export function problem(id: string, text: string | undefined): TemplateResult | typeof nothing {
  return text === undefined ? nothing : html`<p class="form-problem" id=${id} role="alert">${text}</p>`;
}
