import { html, type TemplateResult } from "lit-html";
import type { Attachment } from "@firestore-calendar-sync/client";
import { httpsUrl } from "../../words/address.ts";

/**
 * The attached files as links. An attachment whose address is not https is left out. Google's icons are not loaded:
 * that would tell another server which event is open.
 */
export function attachments(files: readonly Attachment[]): TemplateResult | undefined {
  const links = files.flatMap(({ title, fileUrl }) => {
    const url = httpsUrl(fileUrl);
    if (url === undefined) return [];
    return [
      html`<li>
        <a href=${url} target="_blank" rel="noopener noreferrer">${title ?? new URL(url).host}</a>
      </li>`,
    ];
  });
  return links.length === 0
    ? undefined
    : html`<ul class="lines">
        ${links}
      </ul>`;
}
