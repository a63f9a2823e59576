import { describe, expect, test } from "@jest/globals";
import { addressesAt, maxPortOffset } from "./addresses.ts";
import { takeStackOptions } from "./stack-options.ts";

describe("the options of the stack on a command line", () => {
  test.each([
    [[], 0, []],
    [["node", "--test"], 0, ["node", "--test"]],
    [["--port-offset", "100"], 100, []],
    [["--port-offset=100", "node"], 100, ["node"]],
    [["--port-offset", "100", "--", "node", "--test"], 100, ["node", "--test"]],
    [["--", "node"], 0, ["node"]],
    [["node", "--port-offset", "100"], 0, ["node", "--port-offset", "100"]],
    [["--port-offset", String(maxPortOffset)], maxPortOffset, []],
  ])("%j", (args, portOffset, rest) => {
    expect(takeStackOptions(args)).toEqual({ portOffset, suiteQueue: false, yes: false, rest });
  });

  test.each([
    [["--suite-queue"], 0, []],
    [["--suite-queue", "--", "node", "--suite-queue"], 0, ["node", "--suite-queue"]],
    [["--suite-queue", "--port-offset", "100", "node"], 100, ["node"]],
    [["--port-offset=100", "--suite-queue", "--", "node"], 100, ["node"]],
  ])("%j: the suite's queue", (args, portOffset, rest) => {
    expect(takeStackOptions(args)).toEqual({ portOffset, suiteQueue: true, yes: false, rest });
  });

  test.each([
    [["--yes"], 0, []],
    [["--yes", "--port-offset", "100", "--", "node", "--yes"], 100, ["node", "--yes"]],
    [["--port-offset=100", "--yes", "node"], 100, ["node"]],
  ])("%j agrees to everything that would be asked", (args, portOffset, rest) => {
    expect(takeStackOptions(args)).toEqual({ portOffset, suiteQueue: false, yes: true, rest });
  });

  test.each([[["--", "--yes"]], [["node", "--yes"]]])("%j leaves --yes to the command", args => {
    expect(takeStackOptions(args)).toMatchObject({ yes: false });
  });

  test.each([
    [["--port-offset"], "nothing"],
    [["--port-offset", "--", "node"], "nothing"],
    [["--port-offset="], '""'],
    [["--port-offset", "many"], '"many"'],
    [["--port-offset", "1.5"], '"1.5"'],
    [["--port-offset", "-100"], '"-100"'],
    [["--port-offset", String(maxPortOffset + 1)], `"${maxPortOffset + 1}"`],
  ])("%j is refused with a sentence", (args, given) => {
    expect(takeStackOptions(args)).toEqual({
      problem: `--port-offset must be a whole number from 0 to 56036 (ports end at 65535); given: ${given}`,
    });
  });
});

describe("the addresses of a stack", () => {
  test("all move by the offset", () => {
    const ports = (offset: number): number[] =>
      Object.values(addressesAt(offset).services).map(({ port }) => port);
    expect(ports(100)).toEqual(ports(0).map(port => port + 100));
    expect(addressesAt(100).environment).toEqual({
      GCLOUD_PROJECT: "demo-calendar-sync",
      FIRESTORE_EMULATOR_HOST: "127.0.0.1:8180",
      FIREBASE_AUTH_EMULATOR_HOST: "127.0.0.1:9199",
      CLOUD_TASKS_EMULATOR_HOST: "127.0.0.1:9599",
      GOOGLE_CALENDAR_EMULATOR_URL: "http://127.0.0.1:9290",
      FUNCTIONS_URL: "http://127.0.0.1:5101/demo-calendar-sync/us-central1",
      HOSTING_URL: "http://127.0.0.1:5100",
    });
  });

  test.each([100, 200, 300])("leave room for a second stack with offset %d", offset => {
    const ports = [0, offset].flatMap(each =>
      Object.values(addressesAt(each).services).map(({ port }) => port),
    );
    expect(new Set(ports).size).toBe(ports.length);
  });
});
