import type { CoveredCommand, ShortCommand } from "./command.ts";
import { coveredCommands } from "./covered-commands.ts";
import { shortCommands } from "./short-commands.ts";

/** Each command that the documents name, and how it is proved to work. */
export const commands: readonly (ShortCommand | CoveredCommand)[] = [...shortCommands, ...coveredCommands];
