import { readCommandLine } from "./command-line.ts";
import { doctor } from "./doctor.ts";
import { grant } from "./grant.ts";
import { helpText } from "./help.ts";
import { keys } from "./keys.ts";
import type { Ours } from "./plan/add-kit.ts";
import { Refusal } from "./plan/draft.ts";
import { add, init, remove } from "./project-commands.ts";
import { UsageError, type ExitCode, type Surroundings } from "./surroundings.ts";

/** Carries out a command line. Only what nobody has thought of is thrown. */
export async function runCommand(
  args: readonly string[],
  ours: Ours & { readonly version: string },
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { print, complain } = surroundings;
  try {
    const command = readCommandLine(args);
    switch (command.name) {
      case "help":
        print(helpText(command.of).trimEnd());
        return 0;
      case "version":
        print(ours.version);
        return 0;
      case "add":
        return await add(command.projectDir, command.flags, ours, surroundings);
      case "init":
        return await init(command.folder, command.flags, ours, surroundings);
      case "remove":
        return await remove(command, ours, surroundings);
      case "keys":
        return await keys(command.request, surroundings);
      case "grant":
        return await grant(command.request, surroundings);
      case "doctor":
        return await doctor(command.request, ours, surroundings);
    }
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${error.message}\n\`firestore-calendar-sync --help\` shows what there is.`);
      return 2;
    }
    if (!(error instanceof Refusal)) throw error;
    complain(error.message);
    return 1;
  }
}
