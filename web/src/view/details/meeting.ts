import { html, nothing, type TemplateResult } from "lit-html";
import type { Conference, EventDocument } from "@firestore-calendar-sync/client";
import { callAddress, safeUrl } from "../../words/address.ts";
import { descriptionTemplate } from "../../words/description.ts";

type EntryPoint = NonNullable<Conference["entryPoints"]>[number];

/** Every way to join the meeting of an event. Undefined if there is none. */
export function meeting({
  conference = {},
  conferenceLink = "",
}: Pick<EventDocument, "conference" | "conferenceLink">): TemplateResult | undefined {
  const { name, notes, entryPoints = [] } = conference;
  const ways = entryPoints.flatMap(entry => {
    const address = callAddress(entry.uri);
    return address === undefined ? [] : [html`<li>${wayToJoin(entry, address, name)}</li>`];
  });
  const link = ways.length === 0 ? safeUrl(conferenceLink) : undefined;
  if (ways.length === 0 && link === undefined) return undefined;
  return html`${link === undefined ? nothing : joinButton(link, name)}
  ${
    ways.length === 0
      ? nothing
      : html`<ul class="lines ways">
          ${ways}
        </ul>`
  }
  ${notes === undefined ? nothing : html`<div class="quiet description">${descriptionTemplate(notes)}</div>`}`;
}

function wayToJoin(entry: EntryPoint, address: string, provider: string | undefined): TemplateResult {
  const label = entry.label ?? address.replace(/^(tel|sips?|https):(\/\/)?/, "");
  const codes = codeWords(entry);
  if (entry.type === "video")
    return html`${joinButton(address, provider)}<span class="quiet">${label}</span>${codes}`;
  const region = entry.regionCode === undefined ? "" : ` (${entry.regionCode})`;
  return html`<span
      >${typeWords(entry.type)}
      <a href=${address} target="_blank" rel="noopener noreferrer">${label}</a>${region}</span
    >${codes}`;
}

function joinButton(address: string, provider: string | undefined): TemplateResult {
  return html`<a class="button primary" href=${address} target="_blank" rel="noopener noreferrer"
    >${provider === undefined ? "Join the call" : `Join with ${provider}`}</a
  >`;
}

function typeWords(type: string): string {
  if (type === "phone") return "Phone";
  return type === "sip" ? "SIP" : "More";
}

/** The codes for an entry point, for example `PIN 123 456`. */
function codeWords(entry: EntryPoint): TemplateResult | typeof nothing {
  const codes = [
    ["PIN", entry.pin],
    ["Access code", entry.accessCode],
    ["Meeting code", entry.meetingCode],
    ["Passcode", entry.passcode],
    ["Password", entry.password],
  ].flatMap(([name, code]) => (name === undefined || code === undefined ? [] : [`${name} ${code}`]));
  return codes.length === 0 ? nothing : html`<span class="quiet">${codes.join(" · ")}</span>`;
}
