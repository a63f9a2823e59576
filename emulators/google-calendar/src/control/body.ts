import type * as z from "zod";

/** Thrown for an invalid body. `field` names the invalid field. */
export class RefusedBody extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** The JSON of a request body. Undefined if the body is empty. */
export function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new RefusedBody("", "the body is no JSON");
  }
}

/** Parses a body with its schema. Throws a RefusedBody that names the field. */
export function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const extra = issue?.code === "unrecognized_keys" ? issue.keys : [];
  const field = [...(issue?.path ?? []), ...extra].join(".");
  throw new RefusedBody(field, issue?.message ?? "the body is not understood");
}

/** A copy without the fields that are undefined. */
export function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
