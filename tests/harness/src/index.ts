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
export { ScaledClock, type HarnessClock } from "./clock.ts";
export { post } from "./http.ts";
export { seededRandom, type Random } from "./random.ts";
export { DueHeap, type Due } from "./tasks/due-heap.ts";
export { startTaskServer, type TaskServer } from "./tasks/task-server.ts";
export { median, quantile, round } from "./statistics.ts";
