import type { Log } from "../ports/runtime.port.ts";

const swallow = () => undefined;

/** For tests that do not care what is logged. */
export const silentLog: Log = { info: swallow, warn: swallow, error: swallow, alarm: swallow };
