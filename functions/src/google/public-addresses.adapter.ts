import * as z from "zod/mini";
import type { AddressAnswer } from "../ports/deployment.port.ts";

const timeoutMs = 10_000;

/** The code is in the cause of a `fetch` error; a time-out has its own name. */
const networkError = z.object({ cause: z.object({ code: z.string() }) });

/** Opens an address with GET, without credentials and without following a redirect. */
export async function openAddress(url: string): Promise<AddressAnswer> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return { kind: "answered", status: response.status };
  } catch (error) {
    const code = networkError.safeParse(error).data?.cause.code;
    return { kind: "none", code: code ?? (error instanceof Error ? error.name : "network") };
  }
}
