/** From the Firebase console: Project settings, Your apps. */
export const firebaseConfig = {
  projectId: "your-project",
  apiKey: "your-key",
  authDomain: "your-project.firebaseapp.com",
};

/** The region of the functions. */
export const region = "us-central1";

/** The instance if the functions are a function kit, for example "calendar". Undefined if they are a codebase. */
export const instance: string | undefined = undefined;
