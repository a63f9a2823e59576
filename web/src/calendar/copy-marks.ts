import type { OtherCalendar } from "../app/entries.ts";
import { alsoInWords } from "../words/also-in.ts";
import { calendarClass } from "./event-input.ts";

/** More dots would leave no room for the title. */
const mostDots = 3;

/** Marks an event with a dot in the colour of each other calendar that has it, and names these calendars. */
export function markCopies(element: HTMLElement, alsoIn: readonly OtherCalendar[]): void {
  if (alsoIn.length === 0) return;
  const marks = document.createElement("span");
  marks.className = "also-in";
  marks.title = alsoInWords(alsoIn);
  const words = document.createElement("span");
  words.className = "visually-hidden";
  words.textContent = `, ${alsoInWords(alsoIn)}`;
  const dots = alsoIn.slice(0, mostDots).map(({ calendarKey }) => {
    const dot = document.createElement("i");
    dot.className = calendarClass(calendarKey);
    return dot;
  });
  marks.append(words, ...dots);
  const place = element.querySelector(".fc-event-main-frame, .fc-list-event-title a") ?? element;
  place.append(marks);
}
