import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** Timeout for the webhook's answer, in ms. Google's limit is not documented. */
const ANSWER_WITHIN_MS = 10_000;
const MOST_CONNECTIONS = 64;

/** The result of one POST. */
export type SendResult = { kind: "answered"; status: number } | { kind: "failed"; error: string };

/** Sends notifications over connections that are kept alive. */
export class WebhookSender {
  readonly #http = new HttpAgent({ keepAlive: true, maxSockets: MOST_CONNECTIONS });
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: MOST_CONNECTIONS });

  /** Sends one POST without a body. Never rejects. */
  async post(address: string, headers: Readonly<Record<string, string>>): Promise<SendResult> {
    return await new Promise(resolve => {
      try {
        const secure = address.startsWith("https:");
        const options = {
          method: "POST",
          headers: { ...headers, "content-length": "0" },
          agent: secure ? this.#https : this.#http,
          timeout: ANSWER_WITHIN_MS,
        };
        const request = (secure ? httpsRequest : httpRequest)(address, options, response => {
          response.on("error", error => {
            resolve({ kind: "failed", error: error.message });
          });
          response.on("end", () => {
            resolve({ kind: "answered", status: response.statusCode ?? 0 });
          });
          response.resume();
        });
        request.on("timeout", () => request.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)));
        request.on("error", error => {
          resolve({
            kind: "failed",
            error:
              Reflect.get(error, "code") === undefined ? error.message : String(Reflect.get(error, "code")),
          });
        });
        request.end();
      } catch (error) {
        resolve({ kind: "failed", error: error instanceof Error ? error.message : "failed" });
      }
    });
  }

  /** Closes every connection. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }
}
