import { expect, jest, test } from "@jest/globals";
import { isKnownZone, offsetWords, zoneWords } from "./time-zone.ts";

const winter = new Date("2026-11-29T12:00:00Z");
const summer = new Date("2026-07-01T12:00:00Z");

test("the offset is the one at the moment", () => {
  expect(offsetWords("Europe/Berlin", winter)).toBe("GMT+1");
  expect(offsetWords("Europe/Berlin", summer)).toBe("GMT+2");
  expect(offsetWords("Asia/Kolkata", winter)).toBe("GMT+5:30");
  expect(offsetWords("UTC", winter)).toBe("GMT+0");
});

test("an engine that writes zero as GMT shows it as GMT+0", () => {
  const parts = jest
    .spyOn(Intl.DateTimeFormat.prototype, "formatToParts")
    .mockReturnValue([{ type: "timeZoneName", value: "GMT" }]);
  expect(offsetWords("UTC", winter)).toBe("GMT+0");
  parts.mockRestore();
});

test("a zone is named by its city", () => {
  expect(zoneWords("Europe/Berlin", winter)).toBe("Berlin (GMT+1)");
  expect(zoneWords("America/Argentina/Buenos_Aires", winter)).toBe("Buenos Aires (GMT-3)");
  expect(zoneWords("Etc/UTC", winter)).toBe("UTC (GMT+0)");
});

test("a zone whose name is an offset with the opposite sign is named by its offset", () => {
  expect(zoneWords("Etc/GMT+5", winter)).toBe("GMT-5");
  expect(zoneWords("GMT", winter)).toBe("GMT+0");
});

test("a zone that the browser does not know is told", () => {
  expect(isKnownZone("Europe/Berlin")).toBe(true);
  expect(isKnownZone("Mars/Olympus")).toBe(false);
});
