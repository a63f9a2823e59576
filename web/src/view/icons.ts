import { svg, html, type TemplateResult } from "lit-html";
import type { EventKind } from "../words/event-type.ts";

/** Line icons on a grid of 24. They are decorative: the text beside an icon has the same meaning. */
function icon(content: TemplateResult<2>): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${content}</svg>`;
}

export const icons = {
  search: icon(svg`<circle cx="10.8" cy="10.8" r="6.3"/><path d="m15.5 15.5 4.5 4.5"/>`),
  previous: icon(svg`<path d="M14.5 6 8.5 12l6 6"/>`),
  next: icon(svg`<path d="m9.5 6 6 6-6 6"/>`),
  menu: icon(svg`<path d="M4 7h16M4 12h16M4 17h10"/>`),
  close: icon(svg`<path d="m6 6 12 12M18 6 6 18"/>`),
  plus: icon(svg`<path d="M12 5v14M5 12h14"/>`),
  clock: icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>`),
  place: icon(
    svg`<path d="M12 21s-6.5-5.6-6.5-10.6a6.5 6.5 0 0 1 13 0C18.5 15.4 12 21 12 21Z"/><circle cx="12" cy="10.3" r="2.2"/>`,
  ),
  people: icon(
    svg`<circle cx="9" cy="8.5" r="3.2"/><path d="M3 19.5c.4-3.4 2.8-5.3 6-5.3s5.6 1.9 6 5.3"/><path d="M15.5 5.6a3.2 3.2 0 0 1 0 5.8M17.6 14.8c2 .7 3.2 2.3 3.4 4.7"/>`,
  ),
  video: icon(
    svg`<rect x="3" y="6.5" width="12.5" height="11" rx="2.5"/><path d="m15.5 10.8 5-3v8.4l-5-3"/>`,
  ),
  repeat: icon(
    svg`<path d="M5 11V9.5A3.5 3.5 0 0 1 8.5 6H19m-3-3 3 3-3 3"/><path d="M19 13v1.5a3.5 3.5 0 0 1-3.5 3.5H5m3 3-3-3 3-3"/>`,
  ),
  text: icon(svg`<path d="M5 7h14M5 12h14M5 17h8"/>`),
  calendar: icon(
    svg`<rect x="4" y="5.5" width="16" height="14.5" rx="3"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4"/>`,
  ),
  external: icon(
    svg`<path d="M13.5 5H19v5.5M19 5l-8 8"/><path d="M17 14v3.5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 5 17.5v-9A1.5 1.5 0 0 1 6.5 7H10"/>`,
  ),
  sun: icon(
    svg`<circle cx="12" cy="12" r="3.8"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4"/>`,
  ),
  moon: icon(svg`<path d="M19.5 14.2A7.8 7.8 0 0 1 9.8 4.5a7.8 7.8 0 1 0 9.7 9.7Z"/>`),
  system: icon(
    svg`<circle cx="12" cy="12" r="8"/><path d="M12 4v16" /><path d="M12 4a8 8 0 0 1 0 16Z" fill="currentColor"/>`,
  ),
  keyboard: icon(
    svg`<rect x="3" y="6.5" width="18" height="11" rx="2.5"/><path d="M7 10.5h.01M10.3 10.5h.01M13.7 10.5h.01M17 10.5h.01M8 14h8"/>`,
  ),
  panes: icon(svg`<rect x="3.5" y="5" width="17" height="14" rx="2.5"/><path d="M13.5 5v14"/>`),
  offline: icon(
    svg`<path d="M4 9.5a12 12 0 0 1 4-2.4M12 6c3 0 5.8 1.2 8 3.5M7 13.2a7 7 0 0 1 2.5-1.6M14 11.5c1.1.3 2.1.900 3 1.7M12 17.5h.01M4 4l16 16"/>`,
  ),
  edit: icon(svg`<path d="m5 19 .8-3.800L16 5a2.100 2.100 0 0 1 3 3L8.800 18.200 5 19ZM14 7l3 3"/>`),
  bin: icon(svg`<path d="M5 7h14M10 4h4M7 7l.8 12.500h8.400L17 7M10.300 10.500v5.500M13.700 10.500v5.500"/>`),
  palette: icon(
    svg`<path d="M12 4a8 8 0 1 0 0 16c1.600 0 1.800-1.200 1.200-2.200-.700-1.300.100-2.800 1.600-2.800H17a3 3 0 0 0 3-3c0-4.500-3.600-8-8-8Z"/><path d="M8 11h.01M11 8h.01M15 8.500h.01"/>`,
  ),
  alert: icon(svg`<path d="M12 4 3.5 19h17L12 4ZM12 10v4M12 16.8h.01"/>`),
  check: icon(svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`),
  more: icon(svg`<path d="M6 12h.01M12 12h.01M18 12h.01"/>`),
  mail: icon(svg`<path d="M4 6.500h16v11H4z"/><path d="m4.5 7 7.5 6 7.5-6"/>`),
  reply: icon(
    svg`<path d="M5.5 5h13A1.5 1.5 0 0 1 20 6.5v8a1.5 1.5 0 0 1-1.5 1.5H12l-4.5 4v-4h-2A1.5 1.5 0 0 1 4 14.5v-8A1.5 1.5 0 0 1 5.5 5Z"/><path d="M8 10.5h.01M12 10.5h.01M16 10.5h.01"/>`,
  ),
  file: icon(
    svg`<path d="m19 11-7.3 7.300a4.3 4.3 0 0 1-6.1-6.100L13.5 4.300a2.9 2.9 0 0 1 4.1 4.100L9.9 16a1.4 1.4 0 0 1-2-2l7-7"/>`,
  ),
  bell: icon(svg`<path d="M6.5 16.500V11a5.5 5.5 0 0 1 11 0v5.500l1.5 1.500h-14ZM10.3 20.500h3.4"/>`),
  link: icon(
    svg`<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1 1"/><path d="M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.700l1-1"/>`,
  ),
  hidden: icon(
    svg`<rect x="5" y="10.5" width="14" height="9.5" rx="2.5"/><path d="M8 10.500V8a4 4 0 0 1 8 0v2.5"/>`,
  ),
} as const;

/** The icons of events that are more than time in a calendar. */
export const kindIcons: Readonly<Record<EventKind, TemplateResult>> = {
  home: icon(svg`<path d="m3.5 11.5 8.5-7 8.5 7M6 10v9.500h12V10M10 19.500V14h4v5.5"/>`),
  office: icon(
    svg`<path d="M5 20V5.500A1.5 1.5 0 0 1 6.5 4h7A1.5 1.5 0 0 1 15 5.500V20M15 10h2.500a1.5 1.5 0 0 1 1.5 1.500V20M3.5 20h17M8.5 8h3M8.5 12h3M8.5 16h3"/>`,
  ),
  place: icons.place,
  focus: icon(
    svg`<path d="M4 14.500V13a8 8 0 0 1 16 0v1.5"/><rect x="3.5" y="13.5" width="4" height="6" rx="1.8"/><rect x="16.5" y="13.5" width="4" height="6" rx="1.8"/>`,
  ),
  away: icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="m6 6 12 12"/>`),
  birthday: icon(
    svg`<path d="M4.5 20v-6.500A1.5 1.5 0 0 1 6 12h12a1.5 1.5 0 0 1 1.5 1.500V20M3 20h18M4.5 16c2.5 1.8 5 1.8 7.5 0s5-1.8 7.5 0M12 12V8.500M12 5.800V4.5"/>`,
  ),
  mail: icons.mail,
};
