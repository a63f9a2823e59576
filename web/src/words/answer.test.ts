import { expect, test } from "@jest/globals";
import { answerMark, guestAnswerWords, ownAnswer, ownAnswerWords } from "./answer.ts";

test.each([
  ["accepted", "You accepted", undefined],
  ["declined", "You declined", "declined"],
  ["tentative", "You answered maybe", "maybe"],
  ["needsAction", "You have not answered", "not answered"],
])("%s: %s", (selfResponse, sentence, mark) => {
  const answer = ownAnswer({ selfResponse });
  if (answer === undefined) throw new Error("the answer is not known");
  expect([ownAnswerWords[answer], answerMark({ selfResponse: answer })]).toEqual([sentence, mark]);
});

test("an answer that this page does not know, and none at all, are not guessed", () => {
  expect(ownAnswer({ selfResponse: "delegated" })).toBeUndefined();
  expect(ownAnswer({})).toBeUndefined();
  expect(guestAnswerWords("delegated")).toBe("");
});

test("a guest without an answer has not answered yet", () => {
  expect(guestAnswerWords(undefined)).toBe("no answer yet");
  expect(guestAnswerWords("tentative")).toBe("maybe");
});
