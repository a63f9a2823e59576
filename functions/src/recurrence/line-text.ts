/** One line of `recurrence`, split into its parts. */
export type Line = {
  /** Null if the text is not a line of these properties. */
  readonly name: "RRULE" | "EXRULE" | "RDATE" | "EXDATE" | null;
  /** For example `TZID=Europe/Berlin`, with any quotes. */
  readonly parameters: readonly string[];
  readonly value: string;
};

/** A property's name, followed by parameters or a value. */
const property = /^\s*([A-Z][A-Z0-9-]*)\s*[;:]/iu;
/** Properties of an event that do not affect its recurrence (RFC 5545, 3.8), and private properties. */
const otherProperty = new RegExp(
  "^(?:X-.*|DT(?:START|END|STAMP)|DURATION|UID|SEQUENCE|CREATED|LAST-MODIFIED|RECURRENCE-ID|SUMMARY|DESCRIPTION|" +
    "COMMENT|LOCATION|GEO|URL|STATUS|TRANSP|CLASS|PRIORITY|CATEGORIES|ATTENDEE|ORGANIZER|CONTACT|RELATED-TO)$",
  "u",
);
/** A rule without a property name. */
const bareRule = /^\s*[A-Z-]+\s*=/iu;
const hasFrequency = /(?:^|;)\s*FREQ\s*=/iu;

/**
 * Returns the lines of the four properties, even if they are broken. A content line may be folded (RFC 5545, 3.1): its
 * rest follows after a line break and a blank. Some software loses the blank and keeps the break, and one text may
 * contain several lines. Blank lines and lines of other properties are left out.
 */
export function unfoldLines(texts: readonly string[]): readonly Line[] {
  const lines: string[] = [];
  for (const text of texts) {
    text.split(/\r\n|\r|\n|\\n/u).forEach((piece, index) => {
      const continues =
        lines.length > 0 && (index > 0 || /^[ \t]/u.test(piece)) && !beginsLine(piece, index > 0);
      if (continues) lines.push((lines.pop() ?? "") + piece.replace(/^[ \t]/u, ""));
      else if (piece.trim() !== "") lines.push(piece);
    });
  }
  return lines.flatMap(readLine);
}

/**
 * False if the piece continues the line before it. A blank after a line break continues the line (RFC 5545, 3.1),
 * unless the piece certainly begins one of our properties.
 */
function beginsLine(piece: string, afterBreak: boolean): boolean {
  if (/^\s*(?:EX|R)(?:RULE|DATE)\s*[;:]/iu.test(piece)) return true;
  if (afterBreak && /^\s/u.test(piece)) return false;
  return (
    /^\s*[A-Z][A-Z0-9-]*\s*(?:;.*)?:/iu.test(piece) || (bareRule.test(piece) && hasFrequency.test(piece))
  );
}

function readLine(line: string): readonly Line[] {
  const name = property.exec(line)?.[1]?.toUpperCase();
  if (name === undefined) {
    const isRule = hasFrequency.test(line);
    return [{ name: isRule ? "RRULE" : null, parameters: [], value: isRule ? line : line.trim() }];
  }
  switch (name) {
    case "RRULE":
    case "EXRULE":
      return [{ name, ...splitAtColon(line, bareRule) }];
    case "RDATE":
    case "EXDATE":
      return [{ name, ...splitAtColon(line, /^[\s,;]*(?:$|\d{4}-?\d{2}-?\d{2})/u) }];
    default:
      return otherProperty.test(name) ? [] : [{ name: null, parameters: [], value: line.trim() }];
  }
}

/**
 * Splits a line into parameters and value. The value begins after the first colon that is not quoted and is followed by
 * something like a value: zones such as `GMT-03:00` contain colons, and some software does not quote them (RFC 5545,
 * 3.2). If there is no such colon, the first colon is used.
 */
function splitAtColon(line: string, value: RegExp): Pick<Line, "parameters" | "value"> {
  const colons: number[] = [];
  for (let at = line.indexOf(":"); at >= 0 && colons.length < maxColons; at = line.indexOf(":", at + 1))
    colons.push(at);
  const isQuoted = (at: number) => line.slice(0, at).split('"').length % 2 === 0;
  const fits = colons.filter(at => value.test(line.slice(at + 1)));
  const end = fits.find(at => !isQuoted(at)) ?? fits[0] ?? colons.find(at => !isQuoted(at)) ?? colons[0];
  // The line has a semicolon instead of the colon.
  if (end === undefined) return { parameters: [], value: line.replace(property, "") };
  const parameters = line.slice(0, end).match(/;(?:"[^"]*"|[^;"]|")*/gu) ?? [];
  return { parameters: parameters.map(one => one.slice(1)), value: line.slice(end + 1) };
}

/** Limits the search in a text that consists of colons. */
const maxColons = 50;
