import type { CalendarEvent } from "../../model/calendar-event.ts";
import type { SyncPorts } from "../../ports/sync.port.ts";
import type { GoogleEvent } from "./fake-google.fake.ts";

const mark = (version: number) => ` (version ${version})`;

/**
 * The ports of code of a version, whose query and mapping differ from those of other versions: every title ends with
 * the version.
 */
export function codeOf(version: number, ports: SyncPorts): SyncPorts {
  return {
    ...ports,
    settings: { ...ports.settings, queryVersion: version },
    events: {
      list: async request => {
        const page = await ports.events.list(request);
        if (page.kind === "failed") return page;
        return { ...page, items: (page.items as readonly GoogleEvent[]).map(item => mapped(item, version)) };
      },
    },
  };
}

function mapped(item: GoogleEvent, version: number): GoogleEvent {
  const { summary } = item;
  return typeof summary === "string" ? { ...item, summary: summary + mark(version) } : item;
}

/** The version that wrote a stored event. */
export function versionOf({ summary = "" }: CalendarEvent): number {
  return Number(/ \(version (\d+)\)$/u.exec(summary)?.[1]);
}
