import { svg, html, type TemplateResult } from "lit-html";

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
  alert: icon(svg`<path d="M12 4 3.5 19h17L12 4ZM12 10v4M12 16.8h.01"/>`),
  check: icon(svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`),
  more: icon(svg`<path d="M6 12h.01M12 12h.01M18 12h.01"/>`),
} as const;
