export { startHarness, type Harness, type HarnessOptions } from "./harness.ts";
export {
  call,
  callAs,
  callerOf,
  connect,
  seedGoogle,
  type Claims,
  type ConnectedUser,
} from "./connected-user.ts";
export { DueHeap, post, seededRandom, type Due, type Random } from "cloud-tasks-emulator";
export { median, quantile, round } from "./statistics.ts";
