/** No call inside the stack takes longer, even with cold processes on a busy machine. */
const timeoutMs = 60_000;

/** An answer with its whole body. */
export type Answer = {
  readonly status: number;
  /** The redirect target as an absolute URL. */
  readonly location: string | undefined;
  readonly text: string;
  readonly headers: Headers;
};

/** Opens an address like a browser, but does not follow redirects. */
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

/** Sends `body` as JSON and returns the answer with any status. */
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

/** Sends `body` as JSON and returns the parsed answer, or undefined if it is empty. Throws if the status is not 2xx. */
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
