import { html, type TemplateResult } from "lit-html";
import { safeUrl } from "./address.ts";

/**
 * A description as text, line breaks and links. A description may contain HTML from any guest. It is parsed in a
 * separate document, which loads and runs nothing, and only text and http(s) addresses are used.
 */
export function descriptionTemplate(description: string): TemplateResult[] {
  const body = new DOMParser().parseFromString(description, "text/html").body;
  return pieces(body);
}

/** A description as plain text, for a field in which it can be edited. */
export function plainDescription(description: string): string {
  if (!/[<&]/.test(description)) return description;
  return texts(new DOMParser().parseFromString(description, "text/html").body)
    .join("")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function texts(node: Node): string[] {
  if (node instanceof Text) return [node.data];
  if (!(node instanceof Element)) return [];
  if (node.tagName === "BR") return ["\n"];
  if (node.tagName === "SCRIPT" || node.tagName === "STYLE") return [];
  const inner = [...node.childNodes].flatMap(texts);
  return blocks.has(node.tagName) ? [...inner, "\n"] : inner;
}

const blocks = new Set(["P", "DIV", "LI", "UL", "OL", "H1", "H2", "H3", "TR", "BLOCKQUOTE"]);

function pieces(node: Node): TemplateResult[] {
  if (node instanceof Text) return linked(node.data);
  if (!(node instanceof Element)) return [];
  if (node.tagName === "BR") return [html`<br />`];
  if (node.tagName === "SCRIPT" || node.tagName === "STYLE") return [];
  const href = node.tagName === "A" ? safeUrl(node.getAttribute("href") ?? "") : undefined;
  if (href !== undefined) return [link(href, node.textContent)];
  const inner = [...node.childNodes].flatMap(pieces);
  return blocks.has(node.tagName) ? [...inner, html`<br />`] : inner;
}

/** Plain text with line breaks. Addresses become links. */
function linked(text: string): TemplateResult[] {
  return text.split(/(https?:\/\/[^\s<>"']+|\n)/).map(part => {
    if (part === "\n") return html`<br />`;
    const url = part.startsWith("http") ? safeUrl(part) : undefined;
    return url === undefined ? html`${part}` : link(url, part);
  });
}

function link(href: string, text: string): TemplateResult {
  return html`<a href=${href} target="_blank" rel="noopener noreferrer">${text}</a>`;
}
