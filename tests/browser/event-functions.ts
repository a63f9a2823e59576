import type { Page } from "playwright-core";

type WriteName = "createEvent" | "updateEvent" | "deleteEvent" | "respondToEvent" | "moveEvent";

/** What the page sent to a function that changes events. */
export interface SentWrite {
  readonly name: WriteName;
  readonly data: Record<string, unknown>;
}

/** Why a stand-in function refuses. */
export interface Refusal {
  readonly status: "ABORTED" | "PERMISSION_DENIED" | "FAILED_PRECONDITION";
  readonly message: string;
  readonly reason?: string;
}

/** Functions that change nothing and remember with what they were called. */
export interface StandInFunctions {
  readonly sent: SentWrite[];
  /** The next call is refused. */
  refuse(refusal: Refusal): void;
  /** Waits for the next call that was not taken yet. */
  taken(name: WriteName): Promise<Record<string, unknown>>;
}

/** A series is `series` here, and has the version `"3"` after it was ended. */
function answerOf({ name, data }: SentWrite): object {
  return {
    ...(name !== "deleteEvent" && { eventId: data["eventId"] ?? "made", etag: '"2"' }),
    ...(data["scope"] === "following" && { ended: { eventId: "series", etag: '"3"' } }),
  };
}

/** Stands in for the functions that change events. */
export async function standInFunctions(page: Page): Promise<StandInFunctions> {
  const sent: SentWrite[] = [];
  let refusal: Refusal | undefined;
  let takenCount = 0;
  await page.route(/\/(createEvent|updateEvent|deleteEvent|respondToEvent|moveEvent)$/, async route => {
    const name = new URL(route.request().url()).pathname.split("/").at(-1) as WriteName;
    const { data } = route.request().postDataJSON() as { data: SentWrite["data"] };
    sent.push({ name, data });
    const refused = refusal;
    refusal = undefined;
    const { reason, ...error } = refused ?? { message: "" };
    await route.fulfill({
      status: refused ? 400 : 200,
      headers: { "access-control-allow-origin": "*" },
      json: refused
        ? { error: { ...error, ...(reason !== undefined && { details: { reason } }) } }
        : { result: answerOf({ name, data }) },
    });
  });
  return {
    sent,
    refuse: next => {
      refusal = next;
    },
    taken: async name => {
      const index = takenCount;
      takenCount += 1;
      for (let tries = 0; sent[index] === undefined && tries < 100; tries += 1)
        await page.waitForTimeout(100);
      const write = sent[index];
      if (write?.name !== name) throw new Error(`expected ${name}, the page sent ${JSON.stringify(write)}`);
      return write.data;
    },
  };
}
