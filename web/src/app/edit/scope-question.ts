import type { SeriesScope } from "@firestore-calendar-sync/client";
import type { Store } from "../state.ts";
import type { ScopeQuestion } from "./editing.ts";

/** Asks which part of a series is meant. */
export interface ScopeQuestions {
  /** Undefined: the user does not want to go on. */
  readonly ask: (question: ScopeQuestion) => Promise<SeriesScope | undefined>;
  readonly answer: (scope: SeriesScope | undefined) => void;
}

export function createScopeQuestions(store: Store): ScopeQuestions {
  let resolve: ((scope: SeriesScope | undefined) => void) | undefined;
  const answer = (scope: SeriesScope | undefined) => {
    const answered = resolve;
    resolve = undefined;
    store.set({ scopeQuestion: undefined });
    answered?.(scope);
  };
  return {
    ask: async question => {
      answer(undefined);
      store.set({ scopeQuestion: question });
      return await new Promise(settle => {
        resolve = settle;
      });
    },
    answer,
  };
}
