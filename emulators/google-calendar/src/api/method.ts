import { invalidParameter } from "./errors.ts";
import { parseInstant } from "../model/zone.ts";
import type { User, World } from "../model/world.ts";
import type { VirtualClock } from "../clock.ts";
import type { EmulatorServices } from "../services.ts";

/** The kinds of query parameters, with the type that a handler gets. */
interface KindTypes {
  string: string;
  integer: number;
  boolean: boolean;
  /** RFC 3339 with an offset; the handler gets ms. */
  dateTime: number;
  /** May be repeated. */
  strings: string[];
}

/** One parameter of a method. */
export interface ParamSpec {
  kind: keyof KindTypes;
  /** Allowed values. */
  values?: readonly string[];
  /** Bounds of an integer; above `max` the value is cut, as the reference says of page sizes. */
  min?: number;
  max?: number;
}

/** The parameters of a method by name, path parameters included. */
export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

/** What a handler gets for its parameters. */
export type Params<S extends ParamSpecs> = { [K in keyof S]: KindTypes[S[K]["kind"]] | undefined };

/** A parameter in the path: the router only calls a handler when it is there. */
export const PATH = { kind: "string" } as const satisfies ParamSpec;
/** A plain text parameter. */
export const TEXT = { kind: "string" } as const satisfies ParamSpec;
/** true or false. */
export const FLAG = { kind: "boolean" } as const satisfies ParamSpec;
/** RFC 3339 with offset. */
export const TIME = { kind: "dateTime" } as const satisfies ParamSpec;
/** May be given several times. */
export const TEXTS = { kind: "strings" } as const satisfies ParamSpec;
/** Version numbers 0 and 1. */
export const VERSION = { kind: "integer", min: 0, max: 1 } as const satisfies ParamSpec;

/** Parameters that every method takes (StandardParameters of the client). */
export const STANDARD_PARAMS = [
  "alt",
  "fields",
  "key",
  "oauth_token",
  "access_token",
  "prettyPrint",
  "quotaUser",
  "userIp",
  "callback",
  "uploadType",
] as const;

/** What a handler has at hand. */
export interface Call<S extends ParamSpecs = ParamSpecs> {
  params: Params<S>;
  body: unknown;
  headers: Readonly<Record<string, string | undefined>>;
  user: User;
  /** The OAuth client of the access token: channels belong to a user and a client. */
  clientId: string;
  world: World;
  clock: VirtualClock;
  services: EmulatorServices;
}

/** A successful answer: an object, or JSON text that is ready. */
export interface Answer {
  status?: number;
  body?: object;
  json?: string;
  etag?: string;
}

/** One method of Google's surface. */
export interface Method {
  /** As the client names it: `events.list`. */
  id: string;
  verb: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/calendar/v3/`, parameters in braces. */
  path: string;
  params: ParamSpecs;
  /** OAuth scopes of which one is needed, without `https://www.googleapis.com/auth/`. */
  scopes: readonly string[];
  run: (call: Call) => Answer | Promise<Answer>;
}

/** Declares a method so that its handler sees the types of its own parameters. */
export function method<const S extends ParamSpecs>(
  definition: Omit<Method, "params" | "run"> & {
    params: S;
    run: (call: Call<S>) => Answer | Promise<Answer>;
  },
): Method {
  // Parameters are parsed by the very specs that type them: `parseParams(specs)` makes a `Params<S>`.
  return definition as unknown as Method;
}

function parseOne(name: string, spec: ParamSpec, values: string[]): KindTypes[keyof KindTypes] {
  const [value = ""] = values;
  const allowed = (text: string): string => {
    if (spec.values !== undefined && !spec.values.includes(text)) throw invalidParameter(name);
    return text;
  };
  switch (spec.kind) {
    case "string":
      return allowed(value);
    case "strings":
      return values.map(allowed);
    case "boolean": {
      if (value !== "true" && value !== "false") {
        throw invalidParameter(name, `Invalid boolean value: '${value.slice(0, 60)}'.`);
      }
      return value === "true";
    }
    case "dateTime": {
      const ms = parseInstant(value);
      if (ms === undefined) throw invalidParameter(name, "Bad Request");
      return ms;
    }
    case "integer": {
      const number = Number(value);
      if (!/^-?\d{1,15}$/.test(value)) {
        throw invalidParameter(name, `Invalid integer value: '${value.slice(0, 60)}'.`);
      }
      if (number < (spec.min ?? -Infinity)) {
        throw invalidParameter(
          name,
          `Invalid value '${value}'. Values must be at least ${String(spec.min)}.`,
        );
      }
      return Math.min(number, spec.max ?? Infinity);
    }
  }
}

/** Reads parameters from the query and the path. Unknown ones are ignored, as Google's API does [I]. */
export function parseParams(
  specs: ParamSpecs,
  query: URLSearchParams,
  path: Readonly<Record<string, string>>,
): Params<ParamSpecs> {
  const params: Record<string, KindTypes[keyof KindTypes] | undefined> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const inPath = path[name];
    const values = inPath === undefined ? query.getAll(name) : [inPath];
    if (values.length > 0) params[name] = parseOne(name, spec, values);
  }
  // Every entry was parsed by the spec of its name.
  return params;
}
