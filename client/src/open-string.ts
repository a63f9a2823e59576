import * as z from "zod";

/** Any text. `Known` lists the values that this version supports; a document with another value is still valid. */
export function openString<Known extends string>(): z.ZodType<Known | OtherText, Known | OtherText> {
  return z.custom<Known | OtherText>(value => typeof value === "string" && value !== "", {
    error: "expected a text",
  });
}

/** Any other text. With this type, editors still suggest the known values. */
type OtherText = string & Record<never, never>;
