/** Creating a format takes longer than using it, so there is one for each locale with its options. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError if the browser does not know the locale or the time zone */
export function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, format);
  return format;
}
