/**
 * Computes docs/cost.md from list prices and from what `npm run bench -- --write pull-cost designs storage` counted.
 *
 * Usage: node bench/cost.ts && npx prettier --write docs/cost.md
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { computeDocument } from "./cost/compute-document.ts";

writeFileSync(join(import.meta.dirname, "..", "docs", "cost.md"), computeDocument());
