/**
 * The regions in which the week does not begin on Monday, by the first day's number (1 is Monday, 7 is Sunday). From
 * the CLDR 48 (weekData). For browsers without `Intl.Locale.prototype.getWeekInfo`, such as Firefox.
 */
const regions: Readonly<Record<number, string>> = {
  5: "MV",
  6: "AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY",
  7:
    "AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN IS JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE " +
    "PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW",
};

/** What a browser says about the weeks of a locale: by a method, or before that by a property. */
type WeekInfo = { readonly firstDay: number };
type LocaleWithWeeks = {
  readonly getWeekInfo?: () => WeekInfo;
  readonly weekInfo?: WeekInfo;
};

/**
 * The first day of the week for a language tag, as `Date.prototype.getDay` counts: 0 is Sunday. Monday, as in ISO 8601,
 * if the tag is none. The local Google Calendar's page has the same rule, so both show the same week.
 */
export function firstDayOfWeek(tag: string): number {
  try {
    const locale = new Intl.Locale(tag) as LocaleWithWeeks;
    return (locale.getWeekInfo?.() ?? locale.weekInfo ?? { firstDay: firstDayByRegion(tag) }).firstDay % 7;
  } catch {
    return 1;
  }
}

/** The first day of the week by the region of a tag, or by the likeliest region of its language. 7 is Sunday. */
export function firstDayByRegion(tag: string): number {
  const region = new Intl.Locale(tag).maximize().region ?? "001";
  const found = Object.entries(regions).find(([, names]) => names.split(" ").includes(region));
  return Number(found?.[0] ?? 1);
}
