import { declareRequirements } from "./requirements.ts";

/** What the Firebase CLI lists: all functions, and what they need. */
declareRequirements();
export * from "./index.ts";
