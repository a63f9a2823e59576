#!/usr/bin/env node
import { parseArgs } from "node:util";
import { createGoogleCalendarEmulator } from "./index.ts";
import type { GoogleCalendarEmulatorOptions } from "./index.ts";

const HELP = `Google Calendar emulator: API, OAuth and push notifications on one port.

Usage: google-calendar-emulator [options]

  --port N              the port (9190; 0 takes any)
  --host ADDRESS        the address to listen on (127.0.0.1)
  --seed N              makes everything left to chance repeatable
  --client-id ID        accept this OAuth client only ...
  --client-secret TEXT  ... with this secret
  --help                this text

Point the googleapis client at it with rootUrl, and OAuth2Client with endpoints:
README.md has the addresses. The control surface is under /_emulator/, a page for
people at /.`;

/** Parses an option that is a whole number. Exits with an error message if the text is not a number in the range. */
function integer(name: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value <= max) return value;
  return fail(`--${name} must be a whole number up to ${max}, not "${text}"`);
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readOptions(): GoogleCalendarEmulatorOptions {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "9190" },
      host: { type: "string", default: "127.0.0.1" },
      seed: { type: "string" },
      "client-id": { type: "string" },
      "client-secret": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    process.exit(0);
  }
  const id = values["client-id"];
  const secret = values["client-secret"];
  if ((id === undefined) !== (secret === undefined)) fail("--client-id and --client-secret belong together");
  return {
    port: integer("port", values.port, 65_535),
    host: values.host,
    ...(values.seed === undefined ? {} : { seed: integer("seed", values.seed, 4_294_967_295) }),
    ...(id === undefined || secret === undefined
      ? {}
      : { clients: [{ clientId: id, clientSecret: secret }] }),
    log: line => process.stderr.write(`${line}\n`),
  };
}

function optionsOrExit(): GoogleCalendarEmulatorOptions {
  try {
    return readOptions();
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : "wrong options"}\nTry --help.`);
  }
}

const options = optionsOrExit();
try {
  const emulator = await createGoogleCalendarEmulator(options);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      // `process.exit` ends the process even if a handle is still open.
      void emulator.close().finally(() => process.exit(0));
    });
  }
  process.stdout.write(`Google Calendar emulator ready at ${emulator.url}\n`);
} catch (error) {
  const taken = error instanceof Error && Reflect.get(error, "code") === "EADDRINUSE";
  fail(
    taken
      ? `Port ${options.port ?? 0} on ${options.host ?? "127.0.0.1"} is taken: stop what listens there, or choose another --port.`
      : String(error),
  );
}
