import { describe, expect, test } from "@jest/globals";
import cldr from "cldr-core/supplemental/windowsZones.json";
import fc from "fast-check";
import { utc, zoneNamed, zoneOr } from "./zone-names.ts";

const hourMs = 3_600_000;
const winterMs = Date.UTC(2026, 0, 15);
const summerMs = Date.UTC(2026, 6, 15);
const offsets = (name: string) => {
  const zone = zoneNamed(name);
  return zone && [zone.offsetAt(winterMs), zone.offsetAt(summerMs)];
};

describe("offsets", () => {
  const spellings = (sign: string, hours: number, minutes: number): string[] => {
    const hh = String(hours).padStart(2, "0");
    const mm = String(minutes).padStart(2, "0");
    const digits = [`${hh}:${mm}`, `${hh}${mm}`, `${hh}:${mm}:00`, `${hours}:${mm}`];
    if (minutes === 0) digits.push(hh, String(hours));
    const bare = digits.map(text => sign + text);
    const named = ["GMT", "UTC", "gmt", "Utc", "UTC "].flatMap(name => bare.map(text => name + text));
    const all = [...bare, ...named];
    return [...all, ...all.map(text => `"${text}"`), ...all.map(text => ` ${text.replace("-", "−")} `)];
  };

  test("mean what they say, in every spelling, all year, with the sign as it is written", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("+", "-"),
        fc.integer({ min: 0, max: 23 }),
        fc.constantFrom(0, 15, 30, 45, 59),
        (sign, hours, minutes) => {
          const offsetMs = (hours * 60 + minutes) * 60_000 * (sign === "-" ? -1 : 1) + 0;
          for (const name of spellings(sign, hours, minutes)) {
            expect({ name, offsets: offsets(name) }).toEqual({ name, offsets: [offsetMs, offsetMs] });
            const usable = new Intl.DateTimeFormat("en", { timeZone: zoneNamed(name)?.name ?? "" });
            expect(usable.resolvedOptions().timeZone).not.toBe("");
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([
    ["GMT-03:00", "Etc/GMT+3"],
    ["UTC+5", "Etc/GMT-5"],
    ["+14:00", "Etc/GMT-14"],
    ["-1200", "Etc/GMT+12"],
    ["UTC-13", "-13:00"],
    ["+0545", "+05:45"],
    ["GMT-00:30", "-00:30"],
    ["Z", "UTC"],
    ["gmt", "UTC"],
    ["GMT-00:00", "UTC"],
    ["Etc/GMT+3", "Etc/GMT+3"],
    ["etc/gmt-14", "Etc/GMT-14"],
  ])("%s is called %s", (name, usable) => {
    expect(zoneNamed(name)?.name).toBe(usable);
  });

  test("with POSIX's name they keep POSIX's sign", () => {
    expect(offsets("Etc/GMT+3")).toEqual([-3 * hourMs, -3 * hourMs]);
  });
});

describe("Windows names", () => {
  const table = cldr.supplemental.windowsZones.mapTimezones.map(({ mapZone }) => mapZone);

  test("mean what CLDR says, all of them, in any case, quoted or not", () => {
    for (const { _other: name, _type: iana } of table.filter(({ _territory }) => _territory === "001")) {
      for (const written of [name, name.toUpperCase(), name.toLowerCase(), `"${name}"`, ` ${name} `])
        expect({ written, offsets: offsets(written) }).toEqual({ written, offsets: offsets(iana) });
      expect(zoneNamed(name)?.name).toMatch(/^[A-Za-z_]+\/|^UTC$/u);
    }
    expect(table.length).toBeGreaterThan(400);
  });

  test.each([
    ["W. Europe Daylight Time", "Europe/Berlin"],
    ["Eastern Time (US & Canada)", "America/New_York"],
    ["(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"],
    ["(GMT-08:00) Pacific Time (US & Canada); Tijuana", "America/Los_Angeles"],
    ["(UTC+01:00) Amsterdam\\, Berlin\\, Bern\\, Rome", "Europe/Amsterdam"],
    ["(UTC+00:00) Dublin, Edinburgh, Lisbon, London", "Europe/Dublin"],
    ["(UTC) Coordinated Universal Time", "UTC"],
    ["(UTC-03:30) Newfoundland", "America/St_Johns"],
    ["(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi", "+05:30"],
    ["(UTC-07:00) Arizona", "Etc/GMT+7"],
    ["GMT-0300 (Nowhere Standard Time)", "Etc/GMT+3"],
    // The words contradict the offset, so the offset is used.
    ["(UTC+05:00) Eastern Standard Time", "Etc/GMT-5"],
  ])("as they are shown: %s is %s", (shown, iana) => {
    expect(offsets(shown)).toEqual(offsets(iana));
    expect(zoneNamed(shown)).not.toBeNull();
  });
});

describe("names of the IANA database", () => {
  test("keep their name, in the usual case; odd case and short names get one that every client knows", () => {
    for (const name of Intl.supportedValuesOf("timeZone")) {
      expect(zoneNamed(name)?.name).toBe(name);
      expect(zoneNamed(name.toLowerCase())?.name.toLowerCase()).toBe(name.toLowerCase());
    }
    expect(zoneNamed("Asia/Kolkata")?.name).toBe("Asia/Kolkata");
    expect(zoneNamed("europe/BERLIN")?.name).toBe("Europe/Berlin");
    expect(zoneNamed("US/Eastern")?.name).toBe("US/Eastern");
    expect(zoneNamed("us/eastern")?.name).toBe("America/New_York");
    expect(zoneNamed("Japan")?.name).toBe("Asia/Tokyo");
  });

  test.each([
    ["/freeassociation.sourceforge.net/America/New_York", "America/New_York"],
    ["/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"],
    ["/mozilla.org/20050126_1/Europe/Berlin", "Europe/Berlin"],
    ["/softwarestudio.org/Olson_20011030_5/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"],
    ["/example.org/20210210_1/Eastern Standard Time", "America/New_York"],
    ["http://example.org/zoneinfo/Europe/Berlin", "Europe/Berlin"],
    ["posix/Europe/Berlin", "Europe/Berlin"],
    ["tzone://Microsoft/Utc", "UTC"],
    ["/Europe/Berlin", "Europe/Berlin"],
    ["'America/New York'", "America/New_York"],
    ['\\"Europe/Berlin\\"', "Europe/Berlin"],
  ])("%s is %s", (name, iana) => {
    expect(zoneNamed(name)?.name).toBe(iana);
  });
});

describe("a name that means nothing", () => {
  const nothing = ["", " ", '""', "Etc/Unknown", "ETC/UNKNOWN", "/x.org/Etc/Unknown", "Unknown"].concat(
    ["Mars/Olympus", "Nowhere/Japan", "Customized Time Zone", "tzone://Microsoft/Custom"],
    ["GMT+24:00", "UTC+05:60", "+", "GMT+", "5", "floating", "constructor", "__proto__", "X".repeat(10_000)],
  );
  test.each(nothing)("%.40j is nowhere, and gives way to another", name => {
    expect(zoneNamed(name)).toBeNull();
    expect(zoneOr(name, utc)).toBe(utc);
  });

  test("no name at all gives way too, and one that means something does not", () => {
    expect(zoneOr(undefined, utc)).toBe(utc);
    expect(zoneOr("Europe/Berlin", utc).name).toBe("Europe/Berlin");
  });

  test("garbage never throws, and no zone is told of that clients could not use", () => {
    const words = fc.constantFrom(
      "GMT",
      "UTC",
      "+",
      "-",
      "03",
      ":",
      "00",
      "Etc/",
      "/",
      "(",
      ")",
      "Time",
      " ",
      '"',
      "\\",
      "\0",
    );
    const garbage = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string(),
      fc.array(words, { maxLength: 12 }).map(parts => parts.join("")),
    );
    fc.assert(
      fc.property(garbage, fc.double(), (name, instantMs) => {
        const zone = zoneNamed(name);
        if (zone === null) return;
        expect(() => new Intl.DateTimeFormat("en", { timeZone: zone.name })).not.toThrow();
        zone.offsetAt(instantMs);
      }),
      { numRuns: 2_000 },
    );
  });
});

test.each([NaN, Infinity, -Infinity, 1e308, -1e308, 8.64e15, -8.64e15, Date.UTC(20_000, 0), -6.3e13])(
  "an instant beyond any calendar (%p) has an offset of a day at most, or none",
  instantMs => {
    for (const name of ["Europe/Berlin", "America/New_York", "GMT+05:30"]) {
      const offset = zoneNamed(name)?.offsetAt(instantMs) ?? Infinity;
      expect(Math.abs(offset) <= 24 * hourMs || Number.isNaN(offset)).toBe(true);
    }
  },
);
