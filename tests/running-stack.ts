import { connectionOf } from "../stack/client/connection.ts";
import { GoogleControl } from "../stack/client/google-control.ts";

/** The stack that these tests run in (`npm run stack -- COMMAND`). */
export const stack = connectionOf(process.env);
export const control = new GoogleControl(stack.googleUrl);
