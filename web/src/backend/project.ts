import type { FirebaseOptions } from "firebase/app";

/** Which Firebase project this page belongs to. */
export interface Project {
  readonly options: FirebaseOptions & { projectId: string };
  /** True for a `demo-` project: everything runs in the local emulators and nothing can touch production. */
  readonly demo: boolean;
}

/**
 * Asks hosting (real or emulated) for the project's configuration.
 *
 * @throws Error with a sentence for people when hosting does not answer or knows no project.
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
