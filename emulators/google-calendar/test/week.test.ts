import { execFileSync } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@jest/globals";

const weekModule = pathToFileURL(path.join(__dirname, "../src/page/week.js")).href;

/** The value of an expression over the page's own module, in a process that has it as browsers do: as a module. */
function inPage(expression: string): unknown {
  const script = `const week = await import(${JSON.stringify(weekModule)}); console.log(JSON.stringify(${expression}));`;
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }),
  );
}

const tags = ["en", "en-US", "en-GB", "de-DE", "pt-BR", "ar-EG", "dv", "eo", "en-US@posix"];
const expected = [0, 0, 1, 1, 0, 6, 5, 1, 1];

test("the week begins by the viewer's language, also in a browser that has only its region", () => {
  const days = `${JSON.stringify(tags)}.map(week.firstDayOfWeek)`;
  expect(inPage(days)).toEqual(expected);
  expect(inPage(`(delete Intl.Locale.prototype.getWeekInfo, ${days})`)).toEqual(expected);
});

test("a Sunday is in the week that it begins in the United States, and in the one that it ends in Germany", () => {
  const sunday = "Date.UTC(2026, 10, 29, 23, 59)";
  expect(
    inPage(`[0, 1, 6].map(day => new Date(week.weekOf(${sunday}, day)).toISOString().slice(0, 10))`),
  ).toEqual(["2026-11-29", "2026-11-23", "2026-11-28"]);
});

test("the page says whose times it shows, and the viewer's zone if its clocks differ", () => {
  const sentence = (viewer: string) =>
    inPage(`week.zoneSentence("Europe/Berlin", "${viewer}", Date.UTC(2026, 10, 29))`);
  expect(sentence("UTC")).toBe(
    "Times in Europe/Berlin (GMT+1), the calendar’s time zone. Yours is UTC (GMT+0).",
  );
  expect(sentence("Europe/Paris")).toBe("Times in Europe/Berlin (GMT+1), the calendar’s time zone.");
  expect(inPage('[week.offsetOf("Asia/Kolkata", 0), week.wallIn("Asia/Kolkata", 0)]')).toEqual([
    "GMT+5:30",
    19_800_000,
  ]);
});
