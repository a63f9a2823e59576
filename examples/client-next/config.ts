/** From the Firebase console: Project settings, Your apps. */
export const firebaseConfig = {
  projectId: "your-project",
  apiKey: "your-key",
  authDomain: "your-project.firebaseapp.com",
};
