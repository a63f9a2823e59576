import type { ExitCode, Surroundings } from "./surroundings.ts";

export interface DoctorRequest {
  readonly projectId: string;
  /** Undefined: where the functions are found. */
  readonly region: string | undefined;
  /** `default`: functions that are no kit. Undefined: the instance that is found. */
  readonly instance: string | undefined;
  readonly json: boolean;
}

/** The part of scripts/doctor/package-doctor.ts that the command uses. In the package it is a file of its own. */
export interface DoctorModule {
  readonly examineFromPackage: (
    request: DoctorRequest,
    given: {
      readonly cwd: string;
      /** The text of `firestore.indexes.json`. */
      readonly indexes: string;
      readonly print: (text: string) => void;
    },
  ) => Promise<ExitCode>;
}

/** `doctor`: see help.ts. */
export async function doctor(
  request: DoctorRequest,
  { indexes }: { readonly indexes: string },
  { cwd, print, loadDoctor }: Surroundings,
): Promise<ExitCode> {
  const { examineFromPackage } = await loadDoctor();
  return await examineFromPackage(request, { cwd, indexes, print });
}
