import type { Method } from "./method.ts";

/** A method and the values of its path parameters. */
export interface Route {
  method: Method;
  path: Record<string, string>;
}

/** The reason why no method was found. */
export type NoRoute = "unknown" | "badEncoding" | { allowed: readonly string[] };

interface Pattern {
  method: Method;
  segments: readonly string[];
}

/** Finds methods by verb and path. */
export class Router {
  readonly #patterns: readonly Pattern[];

  constructor(methods: readonly Method[]) {
    this.#patterns = methods
      .map(method => ({ method, segments: method.path.split("/") }))
      // Fixed segments have priority over parameters, so that `watch` in `events/watch` is not parsed as an event id.
      .sort((a, b) => variables(a.segments) - variables(b.segments));
  }

  /** @param path the path after `/calendar/v3/`, still encoded */
  find(verb: string, path: string): Route | NoRoute {
    const segments = path.split("/");
    const allowed: string[] = [];
    for (const pattern of this.#patterns) {
      const values = match(pattern.segments, segments);
      if (values === "badEncoding") return values;
      if (values === undefined) continue;
      if (pattern.method.verb === verb) return { method: pattern.method, path: values };
      allowed.push(pattern.method.verb);
    }
    return allowed.length === 0 ? "unknown" : { allowed };
  }
}

function variables(segments: readonly string[]): number {
  return segments.filter(segment => segment.startsWith("{")).length;
}

function match(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | "badEncoding" | undefined {
  if (pattern.length !== segments.length) return undefined;
  const values: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (!part.startsWith("{")) {
      if (part !== segment) return undefined;
      continue;
    }
    if (segment === "") return undefined;
    try {
      values[part.slice(1, -1)] = decodeURIComponent(segment);
    } catch {
      return "badEncoding";
    }
  }
  return values;
}
