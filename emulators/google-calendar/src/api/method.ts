import { invalidParameter } from "./errors.ts";
import { parseInstant } from "../model/zone.ts";
import type { User, World } from "../model/world.ts";
import type { VirtualClock } from "../clock.ts";
import type { EmulatorServices } from "../services.ts";

/** The kinds of parameters and the type that a handler receives for each. */
interface KindTypes {
  string: string;
  integer: number;
  boolean: boolean;
  /** RFC 3339 with an offset. The handler receives ms. */
  dateTime: number;
  /** Can be repeated. */
  strings: string[];
}

/** The definition of one parameter. */
export interface ParamSpec {
  kind: keyof KindTypes;
  /** Allowed values. */
  values?: readonly string[];
  /** Range of an integer. A value above `max` becomes `max`, as the reference documents for page sizes. */
  min?: number;
  max?: number;
}

/** The parameters of a method by name, including path parameters. */
export type ParamSpecs = Readonly<Record<string, ParamSpec>>;

/** The parameters as a handler receives them. */
export type Params<S extends ParamSpecs> = { [K in keyof S]: KindTypes[S[K]["kind"]] | undefined };

/** A path parameter. The router calls a handler only if it is present. */
export const PATH = { kind: "string" } as const satisfies ParamSpec;
/** A plain text parameter. */
export const TEXT = { kind: "string" } as const satisfies ParamSpec;
export const FLAG = { kind: "boolean" } as const satisfies ParamSpec;
/** A time in RFC 3339 with an offset. */
export const TIME = { kind: "dateTime" } as const satisfies ParamSpec;
/** A text parameter that can be repeated. */
export const TEXTS = { kind: "strings" } as const satisfies ParamSpec;
/** A version number: 0 or 1. */
export const VERSION = { kind: "integer", min: 0, max: 1 } as const satisfies ParamSpec;

/** Parameters that every method accepts (StandardParameters of the client). */
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

/** The arguments of a handler. */
export interface Call<S extends ParamSpecs = ParamSpecs> {
  params: Params<S>;
  body: unknown;
  headers: Readonly<Record<string, string | undefined>>;
  user: User;
  /** The OAuth client of the access token. A channel belongs to a user and a client. */
  clientId: string;
  world: World;
  clock: VirtualClock;
  services: EmulatorServices;
}

/** A successful answer: an object, or text that is already JSON. */
export interface Answer {
  status?: number;
  body?: object;
  json?: string;
  etag?: string;
}

/** One method of Google's API. */
export interface Method {
  /** The client's name of the method, for example `events.list`. */
  id: string;
  verb: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path after `/calendar/v3/`, with parameters in braces. */
  path: string;
  params: ParamSpecs;
  /** OAuth scopes without `https://www.googleapis.com/auth/`. One of them is enough. */
  scopes: readonly string[];
  run: (call: Call) => Answer | Promise<Answer>;
}

/** Declares a method. Gives the handler the types of the declared parameters. */
export function method<const S extends ParamSpecs>(
  definition: Omit<Method, "params" | "run"> & {
    params: S;
    run: (call: Call<S>) => Answer | Promise<Answer>;
  },
): Method {
  // The cast is safe: `parseParams(specs)` returns a `Params<S>`, because the same specs define the types and the
  // parsing.
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

/**
 * Parses parameters from the query and the path. Throws 400 for an invalid value. Ignores unknown parameters, as
 * Google's API does [I].
 */
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
  return params;
}
