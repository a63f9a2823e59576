// The week that the page shows, and the names of time zones. Wall-clock times are stored as the ms of the same
// wall-clock time in UTC.

const DAY_MS = 86_400_000;

// The regions in which the week does not begin on Monday, by the first day's number (1 is Monday, 7 is Sunday). From the
// CLDR 48 (weekData). For browsers without `Intl.Locale.prototype.getWeekInfo`, such as Firefox.
const REGIONS = {
  5: "MV",
  6: "AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY",
  7:
    "AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN IS JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE " +
    "PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW",
};

/** The first day of the week for a language tag; 0 is Sunday. Monday, as in ISO 8601, if the tag is none. */
export function firstDayOfWeek(tag) {
  try {
    const locale = new Intl.Locale(tag);
    return (locale.getWeekInfo?.() ?? locale.weekInfo ?? { firstDay: byRegion(locale) }).firstDay % 7;
  } catch {
    return 1;
  }
}

/** By the tag's region, or by the likeliest region of its language. */
function byRegion(locale) {
  const region = locale.maximize().region ?? "001";
  const found = Object.entries(REGIONS).find(([, names]) => names.split(" ").includes(region));
  return Number(found?.[0] ?? 1);
}

/** The midnight at which the week of a wall-clock time begins. */
export function weekOf(wallMs, firstDay) {
  const day = Math.floor(wallMs / DAY_MS) * DAY_MS;
  return day - ((new Date(day).getUTCDay() - firstDay + 7) % 7) * DAY_MS;
}

/** The wall-clock time in a zone at a moment. */
export function wallIn(zone, ms) {
  // Swedish dates are written as in ISO 8601.
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  return Date.parse(`${format.format(ms).replace(" ", "T")}Z`);
}

/** The offset of a zone at a moment, for example `GMT+1`, `GMT+5:30` or `GMT+0`. */
export function offsetOf(zone, ms) {
  const format = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" });
  const offset = format.formatToParts(ms).find(part => part.type === "timeZoneName").value;
  // Engines write the offset zero as "GMT+0" or as "GMT".
  return offset === "GMT" ? "GMT+0" : offset;
}

/** Says whose times the page shows. Names the viewer's zone if its clocks differ. */
export function zoneSentence(zone, viewerZone, ms) {
  const [here, there] = [offsetOf(viewerZone, ms), offsetOf(zone, ms)];
  const sentence = `Times in ${zone} (${there}), the calendar’s time zone.`;
  return here === there ? sentence : `${sentence} Yours is ${viewerZone} (${here}).`;
}
