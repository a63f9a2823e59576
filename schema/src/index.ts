export * from "./converters.ts";
export * from "./documents.ts";
export * from "./live.ts";
export * from "./paths.ts";
export * from "./queries.ts";
export * from "./timestamp.ts";
