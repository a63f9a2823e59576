import * as z from "zod";

/** Who has which role on something (cloud.google.com/iam/docs/reference/rest/v1/Policy). */
export const iamPolicy = z.object({
  bindings: z.array(z.object({ role: z.string(), members: z.array(z.string()).default([]) })).default([]),
});
export type IamPolicy = z.infer<typeof iamPolicy>;
