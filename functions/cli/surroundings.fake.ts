import type { DoctorModule } from "./doctor.ts";
import type { Ended, Surroundings } from "./surroundings.ts";

/** Surroundings of a test: what was printed and run is noted. */
export interface FakeSurroundings extends Surroundings {
  readonly printed: string[];
  readonly complaints: string[];
  readonly ran: { readonly program: string; readonly args: readonly string[]; readonly input?: string }[];
}

export function fakeSurroundings(
  cwd: string,
  given: {
    readonly answer?: string;
    readonly doctor?: DoctorModule["examineFromPackage"];
    readonly run?: (program: string, args: readonly string[], input: string | undefined) => Ended;
  } = {},
): FakeSurroundings {
  const printed: string[] = [];
  const complaints: string[] = [];
  const ran: FakeSurroundings["ran"] = [];
  let keys = 0;
  return {
    cwd,
    isTerminal: given.answer !== undefined,
    printed,
    complaints,
    ran,
    print: text => printed.push(text),
    complain: text => complaints.push(text),
    ask: async () => await Promise.resolve(given.answer ?? ""),
    newKey: () => {
      keys += 1;
      return String.fromCharCode(96 + keys).repeat(43);
    },
    loadDoctor: async () =>
      await Promise.resolve({ examineFromPackage: given.doctor ?? (async () => await Promise.resolve(0)) }),
    run: async (program, args, { input }) => {
      ran.push({ program, args, ...(input !== undefined && { input }) });
      return await Promise.resolve(given.run?.(program, args, input) ?? { exitCode: 0, output: "" });
    },
  };
}
