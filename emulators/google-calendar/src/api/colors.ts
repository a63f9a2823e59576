import { method } from "./method.ts";
import { SCOPES } from "./scopes.ts";
import type { ListEntry } from "../model/world.ts";

/** A background colour and a text colour that is readable on it. */
export interface ColorDefinition {
  background: string;
  foreground: string;
}

const INK = "#1d1d1d";

function palette(backgrounds: readonly string[]): Record<string, ColorDefinition> {
  return Object.fromEntries(
    backgrounds.map((background, index) => [String(index + 1), { background, foreground: INK }]),
  );
}

/** Calendar colours 1 to 24 (the classic palette that the API returns). */
export const CALENDAR_COLORS: Readonly<Record<string, ColorDefinition>> = palette([
  "#ac725e",
  "#d06b64",
  "#f83a22",
  "#fa573c",
  "#ff7537",
  "#ffad46",
  "#42d692",
  "#16a765",
  "#7bd148",
  "#b3dc6c",
  "#fbe983",
  "#fad165",
  "#92e1c0",
  "#9fe1e7",
  "#9fc6e7",
  "#4986e7",
  "#9a9cff",
  "#b99aff",
  "#c2c2c2",
  "#cabdbf",
  "#cca6ac",
  "#f691b2",
  "#cd74e6",
  "#a47ae2",
]);

/** The colours of a calendar in a user's list: its own RGB colours, or those of its index. */
export function colorsOf(
  entry: Pick<ListEntry, "colorId" | "backgroundColor" | "foregroundColor">,
): Required<Pick<ListEntry, "backgroundColor" | "foregroundColor">> {
  const color = CALENDAR_COLORS[entry.colorId];
  return {
    backgroundColor: entry.backgroundColor ?? color?.background ?? "#9fe1e7",
    foregroundColor: entry.foregroundColor ?? color?.foreground ?? "#000000",
  };
}

/** Event colours 1 to 11. */
const EVENT_COLORS: Readonly<Record<string, ColorDefinition>> = palette([
  "#a4bdfc",
  "#7ae7bf",
  "#dbadff",
  "#ff887c",
  "#fbd75b",
  "#ffb878",
  "#46d6db",
  "#e1e1e1",
  "#5484ed",
  "#51b749",
  "#dc2127",
]);

/** `GET colors`: the same for all users. */
export const colorsGet = method({
  id: "colors.get",
  verb: "GET",
  path: "colors",
  scopes: SCOPES["colors.get"],
  params: {},
  run: () => ({
    body: {
      kind: "calendar#colors",
      updated: "2012-02-14T00:00:00.000Z",
      calendar: CALENDAR_COLORS,
      event: EVENT_COLORS,
    },
  }),
});
