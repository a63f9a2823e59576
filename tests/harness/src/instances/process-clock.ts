/** How an instance's time departs from real time; see ScaledClock. */
export interface ClockSettings {
  readonly speed: number;
  readonly originMs: number;
  readonly offsetMs: number;
}

/**
 * Makes `Date` of this process follow a harness's clock. Only what the code takes for the time changes: timers stay
 * real, so that time-outs of the network do too. Returns what moves the clock later on.
 */
export function followClock(settings: ClockSettings): (offsetMs: number) => void {
  const real = Date;
  let { offsetMs } = settings;
  const now = (): number =>
    Math.round(settings.originMs + (real.now() - settings.originMs) * settings.speed + offsetMs);
  globalThis.Date = new Proxy(real, {
    construct: (target, args: unknown[], newTarget: new () => object) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    get: (target, property, receiver) =>
      property === "now" ? now : (Reflect.get(target, property, receiver) as unknown),
  });
  return later => {
    offsetMs = later;
  };
}
