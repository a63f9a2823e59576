import * as z from "zod/mini";

/*
 * Fields of Google's answers. A field whose value differs from Google's documentation is left out; the rest of the
 * object is kept. Texts, links and lists have limits, so that no single one of them makes the document too large.
 */

/** A field that is left out if it cannot be read. */
export const lenient = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined);

/** An entry that cannot be read is left out of the list; the other entries stay. */
export const lenientList = <T extends z.ZodMiniType>(schema: T) =>
  z.pipe(
    z.array(z.catch(z.nullable(schema), null)),
    z.transform(entries => entries.filter(entry => entry !== null) as z.output<T>[]),
  );

/** The readable entries, at most `most` of them. Absent if there are none. */
export const someOf = <T extends z.ZodMiniType>(schema: T, most: number) =>
  lenient(
    z.pipe(
      lenientList(schema),
      z.transform(entries => (entries.length === 0 ? undefined : entries.slice(0, most))),
    ),
  );

/** An object without its absent fields. Absent if it has no readable field. */
export const part = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.pipe(z.object(shape), z.transform(unlessEmpty));

/** Firestore stores only UTF-8. JSON can contain half of a surrogate pair, with which the whole commit would fail. */
const wellFormed = z.pipe(
  z.string(),
  z.transform(value => value.toWellFormed()),
);
export const text = lenient(wellFormed);

/** A text for people, which is cut. */
export const textUpTo = (most: number) =>
  lenient(
    z.pipe(
      wellFormed,
      z.transform(value => {
        if (value.length <= most) return value;
        const cut = value.slice(0, most);
        return cut.isWellFormed() ? cut : cut.slice(0, -1);
      }),
    ),
  );

/** A text that has a meaning only as a whole, such as an id, a word or an access code. An empty one has none. */
export const wholeText = (most: number) => wellFormed.check(z.minLength(1), z.maxLength(most));

/** The longest link, in characters. Browsers and servers support about 2,000; Google's own links are shorter. */
const maxLink = 4_096;

export const linkOf = (protocol: RegExp) =>
  z.url({ protocol }).check(
    z.maxLength(maxLink),
    z.refine(link => link.isWellFormed()),
  );
export const webLink = linkOf(/^https?$/);

export const flag = lenient(z.boolean());

/** The object without its absent fields; undefined if it has no other. */
export function unlessEmpty<T extends object>(object: T): T | undefined {
  const present = withoutAbsent(object);
  return Object.keys(present).length === 0 ? undefined : present;
}

/** Removes undefined fields: Firestore refuses them, and for clients an absent field means "no value". */
export function withoutAbsent<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
