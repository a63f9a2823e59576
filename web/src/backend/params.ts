/** The functions' params that the page must know. vite.config.ts reads them when it builds the page. */
interface DeployedParams {
  readonly FUNCTION_DEFAULT_REGION: string;
  readonly USERS_ROOT: string;
  readonly FIRESTORE_DATABASE: string;
  readonly WRITE_ACCESS: string;
}

declare global {
  // Merged with Vite's own declaration.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface ImportMetaEnv extends DeployedParams {}
}

export const region = import.meta.env.FUNCTION_DEFAULT_REGION;
export const usersRoot = import.meta.env.USERS_ROOT;
export const firestoreDatabase = import.meta.env.FIRESTORE_DATABASE;
/** Whether the functions can change events. */
export const writeAccess = import.meta.env.WRITE_ACCESS === "true";
