import { describeNetworkError } from "./cloud.ts";
import type { OpenAddress } from "./context.ts";

/** A cold start of a function takes up to ten seconds. */
const timeoutMs = 20_000;

/** Opens an address as anybody can, without a login. */
export const openAddress: OpenAddress = async (url, init = {}) => {
  try {
    const response = await fetch(url, {
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
      ...init,
    });
    return {
      kind: "answer",
      status: response.status,
      location: response.headers.get("location") ?? "",
      text: await response.text(),
    };
  } catch (error) {
    return { kind: "none", code: describeNetworkError(error) };
  }
};

/** Opens every address at a stand-in: `<root>/outside/<host>/<path>`. */
export function openAt(root: string): OpenAddress {
  return async (url, init) => {
    const { host, pathname } = new URL(url);
    return await openAddress(`${root}/outside/${host}${pathname}`, init);
  };
}
