import { describe, expect, test } from "@jest/globals";
import { stackPorts } from "./stack-ports.ts";

const usual = { auth: 9099, firestore: 8080, functions: 5001, googleCalendar: 9190 };

describe("the ports of the local stack", () => {
  test("are the usual ones for the usual page", () => {
    expect(stackPorts("5000", false)).toEqual(usual);
  });

  test("move with the page", () => {
    expect(stackPorts("5100", false)).toEqual({
      auth: 9199,
      firestore: 8180,
      functions: 5101,
      googleCalendar: 9290,
    });
  });

  test.each([
    ["5173", true],
    ["", false],
  ])("are the usual ones for a page that no stack serves (%j)", (port, viteServer) => {
    expect(stackPorts(port, viteServer)).toEqual(usual);
  });
});
