import type { Mutation } from "../control/mutate.ts";

/** One call of the API or of OAuth. Times are real ms. `status` is 0 if a fault cut the connection. */
export interface LoggedRequest {
  at: number;
  answeredAt?: number;
  method: string;
  path: string;
  query: string;
  status?: number;
  /** True if a fault affected the request. */
  struck?: boolean;
  /** The changes that a fault made to the answer. Empty if it changed nothing. */
  mutations?: readonly Mutation[];
}
