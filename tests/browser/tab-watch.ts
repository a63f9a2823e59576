import type { CDPSession, Page } from "playwright-core";

/** The resources that a tab uses at one moment, after garbage collection. */
export interface TabUse {
  /** The size of the reachable JavaScript objects. */
  readonly heapMb: number;
  readonly nodes: number;
  readonly eventListeners: number;
  /** Queries with an open listener. */
  readonly liveQueries: number;
}

/** A tab whose resources are measured. */
export interface Tab {
  use(): Promise<TabUse>;
}

/** Prepares the measurement of a tab. Must be called before the page loads, so that all queries are counted. */
export async function watchTab(page: Page): Promise<Tab> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("HeapProfiler.enable");
  let liveQueries = 0;
  // The SDK starts a query with addTarget and ends it with removeTarget, in the bodies of its WebChannel requests.
  page.on("request", request => {
    const body = decodeURIComponent(request.postData() ?? "");
    liveQueries += body.split('"addTarget"').length - body.split('"removeTarget"').length;
  });
  return {
    use: async () => {
      // Finalizers that run after the first collection can release more objects.
      await session.send("HeapProfiler.collectGarbage");
      await session.send("HeapProfiler.collectGarbage");
      const { metrics } = await session.send("Performance.getMetrics");
      const value = (name: string) => metrics.find(metric => metric.name === name)?.value ?? Number.NaN;
      return {
        heapMb: value("JSHeapUsedSize") / 1e6,
        nodes: value("Nodes"),
        eventListeners: value("JSEventListeners"),
        liveQueries,
      };
    },
  };
}

/** Pages through `months` months. Waits on each for the condition `ready`. Calls `look` after every `every` months. */
export async function pageThrough(
  page: Page,
  step: "Later" | "Earlier",
  { months, every, ready }: { months: number; every: number; ready: string },
  look: (month: number) => Promise<void>,
): Promise<void> {
  for (let month = 1; month <= months; month += 1) {
    const title = await page.getByRole("heading", { level: 1 }).textContent();
    await page.getByRole("button", { name: step }).click();
    await page.waitForFunction(
      `document.querySelector("h1").textContent !== ${JSON.stringify(title)} && ${ready}`,
    );
    if (month % every === 0) await look(month);
  }
}
