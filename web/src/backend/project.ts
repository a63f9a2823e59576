import type { FirebaseOptions } from "firebase/app";

/** The Firebase project of this page. */
export interface Project {
  readonly options: FirebaseOptions & { projectId: string };
  /** True for a `demo-` project: everything runs in the local emulators, and no request reaches production. */
  readonly demo: boolean;
}

/**
 * Fetches the project's configuration from hosting (real or emulated).
 *
 * @throws Error with a message for the user, if hosting does not answer or its configuration has no project id.
 */
export async function loadProject(): Promise<Project> {
  const response = await fetch("/__/firebase/init.json");
  if (!response.ok) throw new Error(`Hosting gave no Firebase configuration (status ${response.status}).`);
  const options: unknown = await response.json();
  if (!hasProjectId(options)) throw new Error("Hosting gave a Firebase configuration without a project id.");
  return { options, demo: options.projectId.startsWith("demo-") };
}

function hasProjectId(options: unknown): options is Project["options"] {
  return typeof (options as Partial<FirebaseOptions> | null)?.projectId === "string";
}
