import type { Log } from "../ports/runtime.port.ts";

const swallow = () => undefined;

/** A log that discards everything. */
export const silentLog: Log = { info: swallow, warn: swallow, error: swallow, alarm: swallow };
