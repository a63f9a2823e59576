import type { EventDocument } from "@firestore-calendar-sync/client";

const answers = ["accepted", "declined", "tentative", "needsAction"] as const;

/** An answer to an invitation. */
export type Answer = (typeof answers)[number];

/** The user's own answer. Undefined if the user is not a guest, or if this page does not know the answer. */
export function ownAnswer({ selfResponse }: Pick<EventDocument, "selfResponse">): Answer | undefined {
  return answers.find(answer => answer === selfResponse);
}

/** The user's own answer as a sentence. */
export const ownAnswerWords: Readonly<Record<Answer, string>> = {
  accepted: "You accepted",
  declined: "You declined",
  tentative: "You answered maybe",
  needsAction: "You have not answered",
};

/** The own answer in one or two words, beside a title. Absent for an accepted event, shown like one without guests. */
export function answerMark(event: Pick<EventDocument, "selfResponse">): string | undefined {
  const answer = ownAnswer(event);
  return answer && answerMarks[answer];
}

const answerMarks: Readonly<Partial<Record<Answer, string>>> = {
  declined: "declined",
  tentative: "maybe",
  needsAction: "not answered",
};

/** What a guest answered, as a word beside the guest's name. Empty for an answer that this page does not know. */
export function guestAnswerWords(answer: string | undefined): string {
  const words: Readonly<Record<string, string>> = {
    accepted: "going",
    declined: "not going",
    tentative: "maybe",
    needsAction: "no answer yet",
  };
  return words[answer ?? "needsAction"] ?? "";
}
