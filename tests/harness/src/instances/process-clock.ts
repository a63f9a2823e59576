import { registerHooks } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

/** The difference between an instance's time and real time; see ScaledClock. */
export interface ClockSettings {
  readonly speed: number;
  readonly originMs: number;
  readonly offsetMs: number;
}

/** The global name under which the code of the bundle finds its `Date`. */
const place = "firestore-calendar-sync harness Date";

/**
 * Makes `Date` in the files beside `bundle` follow a harness's clock. Must be called before these files are loaded.
 * Timers and the time of packages outside the bundle stay real: the Firestore client measures its deadlines against the
 * network and the emulator, and would abort all calls if its clock jumped. Returns a function that moves the clock.
 */
export function followClock(settings: ClockSettings, bundle: string): (offsetMs: number) => void {
  let { offsetMs } = settings;
  const now = (): number =>
    Math.round(settings.originMs + (Date.now() - settings.originMs) * settings.speed + offsetMs);
  const following = new Proxy(Date, {
    construct: (target, args: unknown[], newTarget: new () => object) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    get: (target, property, receiver) =>
      property === "now" ? now : (Reflect.get(target, property, receiver) as unknown),
  });
  Object.defineProperty(globalThis, Symbol.for(place), { value: following });
  const folder = `${pathToFileURL(dirname(bundle)).href}/`;
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      if (!url.startsWith(folder) || loaded.source == null) return loaded;
      const source = textOf(loaded.source);
      // The code is added to the first line, so that line numbers stay equal. The directive must stay the first
      // statement.
      return {
        ...loaded,
        source: `"use strict"; const Date = globalThis[Symbol.for("${place}")]; ${source}`,
      };
    },
  });
  return later => {
    offsetMs = later;
  };
}

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray): string {
  if (typeof source === "string") return source;
  return new TextDecoder().decode(source);
}
