import type { Cell } from "./cell.ts";
import { clientBundlerCells } from "./client-bundler-cells.ts";
import { clientNodeCells } from "./client-node-cells.ts";
import { clientTypeCells } from "./client-type-cells.ts";
import { emulatorCells } from "./emulator-cells.ts";
import { kitCells } from "./kit-cells.ts";

/** The matrix, in the order in which the cells are run. */
export const cells: readonly Cell[] = [
  ...clientNodeCells,
  ...clientTypeCells,
  ...clientBundlerCells,
  ...emulatorCells,
  ...kitCells,
];
