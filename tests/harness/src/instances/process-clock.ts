import { registerHooks } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

/** How an instance's time departs from real time; see ScaledClock. */
export interface ClockSettings {
  readonly speed: number;
  readonly originMs: number;
  readonly offsetMs: number;
}

/** Where the code of the bundle finds its `Date`. */
const place = "firestore-calendar-sync harness Date";

/**
 * Makes `Date` in the files beside `bundle` follow a harness's clock; call it before they are loaded. Timers stay real,
 * and so does the time of the packages outside the bundle: the Firestore client counts its deadlines in the time of the
 * network and of the emulator, and would give up everything at once when the clock jumps. Returns what moves the clock.
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
      // On the first line, so that the others keep their numbers; the directive must stay the first statement.
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
