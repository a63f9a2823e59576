export * from "./agenda.ts";
export * from "./converters.ts";
export * from "./documents.ts";
export * from "./live.ts";
export * from "./paths.ts";
export * from "./queries.ts";
export * from "./same-document.ts";
export * from "./timestamp.ts";
