export { ScaledClock, type Clock } from "./clock.ts";
export { deliverTo } from "./delivery.ts";
export { queueOf, timeoutSecondsOf, type DeployedQueue, type Endpoint } from "./deployed-queues.ts";
export { DueHeap, type Due } from "./due-heap.ts";
export { listen, post } from "./http.ts";
export { seededRandom, type Random } from "./random.ts";
export { startTaskServer, type TaskServer } from "./task-server.ts";
