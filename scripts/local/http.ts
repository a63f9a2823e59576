/** No call inside the stack takes longer than this, cold processes included. */
const timeoutMs = 30_000;

export type JsonRequest = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
};

/** An answer that was not 2xx. */
export class HttpFailure extends Error {
  override name = "HttpFailure";
  readonly status: number;

  constructor(what: string, status: number, text: string) {
    super(`${what} answered ${status}: ${text.slice(0, 500)}`);
    this.status = status;
  }
}

/** Sends a request and returns the parsed body, or undefined when there is none. Throws HttpFailure. */
export async function requestJson(
  url: string,
  { method = "GET", headers = {}, body }: JsonRequest = {},
): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await answer.text();
  if (!answer.ok) throw new HttpFailure(`${method} ${url}`, answer.status, text);
  return text === "" ? undefined : JSON.parse(text);
}

/** Sends a form without following the redirect, and returns where it leads. Throws HttpFailure. */
export async function requestRedirect(url: string, form?: Readonly<Record<string, string>>): Promise<string> {
  const method = form === undefined ? "GET" : "POST";
  const answer = await fetch(url, {
    method,
    redirect: "manual",
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await answer.text();
  const location = answer.headers.get("location");
  if (answer.status < 300 || answer.status > 399 || location === null) {
    throw new HttpFailure(
      `${method} ${new URL(url).origin}${new URL(url).pathname} (a redirect was expected)`,
      answer.status,
      text,
    );
  }
  return new URL(location, url).href;
}
