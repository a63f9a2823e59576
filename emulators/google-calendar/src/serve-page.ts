import { readFile } from "node:fs/promises";
import type { HttpAnswer, HttpRequest } from "./http/exchange.ts";

const FILES: Readonly<Record<string, readonly [string, string]>> = {
  "/": ["index.html", "text/html; charset=UTF-8"],
  "/_page/app.js": ["app.js", "text/javascript; charset=UTF-8"],
  "/_page/week.js": ["week.js", "text/javascript; charset=UTF-8"],
  "/_page/style.css": ["style.css", "text/css; charset=UTF-8"],
};

/**
 * Serves the files of the web page from disk. Undefined for any other path. The page has no build step and loads
 * nothing from other hosts. The package has the folder page/ beside its bundles, as src/ has it beside this file.
 */
export async function servePage(request: HttpRequest): Promise<HttpAnswer | undefined> {
  const file = FILES[request.path];
  if (file === undefined || (request.method !== "GET" && request.method !== "HEAD")) return undefined;
  const [name, type] = file;
  return {
    status: 200,
    headers: {
      "content-type": type,
      "cache-control": "no-cache",
      "content-security-policy":
        "default-src 'self'; img-src data:; frame-ancestors 'self' http://127.0.0.1:* http://localhost:*",
    },
    body: await readFile(new URL(`./page/${name}`, import.meta.url)),
  };
}
