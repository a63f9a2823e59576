import type { CDPSession, Page } from "playwright-core";

/** What a tab uses at one moment, after the garbage has been collected. */
export interface TabUse {
  /** Live objects of JavaScript. */
  readonly heapMb: number;
  readonly nodes: number;
  readonly eventListeners: number;
  /** Queries that Firestore keeps up to date. */
  readonly liveQueries: number;
}

/** A tab that is being watched. */
export interface Tab {
  use(): Promise<TabUse>;
}

/** Follows what a tab costs. To be made before the page loads anything that counts. */
export async function watchTab(page: Page): Promise<Tab> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("HeapProfiler.enable");
  let liveQueries = 0;
  // The SDK asks for a query with addTarget and ends it with removeTarget, in the bodies of its WebChannel's requests.
  page.on("request", request => {
    const body = decodeURIComponent(request.postData() ?? "");
    liveQueries += body.split('"addTarget"').length - body.split('"removeTarget"').length;
  });
  return {
    use: async () => {
      // What the first collection frees may hold on to more by finalizers.
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

/** Turns `months` pages, and waits on each for what `ready` says; `look` is called after every `every` pages. */
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
