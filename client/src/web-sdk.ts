export * from "./web-firestore.ts";
export * from "./web-functions.ts";
export * from "./web-series.ts";
