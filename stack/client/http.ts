/** No call inside the stack takes longer than this, cold processes on a busy machine included. */
const timeoutMs = 60_000;

/** An answer, read to its end. */
export type Answer = {
  readonly status: number;
  /** Where it redirects to, as an absolute URL. */
  readonly location: string | undefined;
  readonly text: string;
  readonly headers: Headers;
};

/** Opens an address as a browser would, without following redirects. */
export async function visit(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs), ...init });
  const location = answer.headers.get("location");
  return {
    status: answer.status,
    location: location === null ? undefined : new URL(location, url).href,
    text: await answer.text(),
    headers: answer.headers,
  };
}

/** Sends `body` as JSON, whatever the answer will be. */
export async function sendJson(
  url: string,
  method: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  if (body === undefined) return await visit(url, { method, headers });
  return await visit(url, {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** Sends `body` as JSON and returns the parsed answer, or undefined when it is empty. Throws when it is not 2xx. */
export async function requestJson(
  url: string,
  method: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { status, text } = await sendJson(url, method, body, headers);
  if (status < 200 || status > 299)
    throw new Error(`${method} ${url} answered ${status}: ${text.slice(0, 500)}`);
  return text === "" ? undefined : JSON.parse(text);
}
