import { deleteApp, initializeApp } from "firebase/app";
import { connectAuthEmulator, getAuth, GoogleAuthProvider, signInWithCredential } from "firebase/auth";
import {
  connectFirestoreEmulator,
  getFirestore,
  setLogLevel,
  terminate,
  type Firestore,
} from "firebase/firestore";
import type { Caller } from "./callables.ts";
import type { Connection } from "./connection.ts";
import { requestJson } from "./http.ts";

/** A user who signs in at the Auth emulator, with a credential like Google's. */
export type Identity = { readonly sub: string; readonly email: string; readonly name: string };

/** A user of the app with an ID token, which expires after an hour. */
export type Person = Caller & { readonly uid: string; readonly idToken: string };

/** A user of the app, signed in with the web SDK as in a browser. The security rules apply to `db`. */
export type AppUser = Person & {
  readonly db: Firestore;
  readonly leave: () => Promise<void>;
};

// Promises and listeners already report failures; the SDK would also log each refused write.
setLogLevel("silent");

let appsMade = 0;

/** Signs a user in. The same `sub` is the same user, also on the web page. */
export async function signIn(connection: Connection, { sub, email, name }: Identity): Promise<AppUser> {
  const { projectId, authHost, firestoreHost } = connection;
  appsMade += 1;
  const app = initializeApp({ projectId, apiKey: "local" }, `app-${appsMade}`);
  const auth = getAuth(app);
  connectAuthEmulator(auth, `http://${authHost}`, { disableWarnings: true });
  // The Auth emulator accepts an unsigned ID token in JSON (firebase.google.com/docs/emulator-suite/connect_auth).
  const credential = GoogleAuthProvider.credential(
    JSON.stringify({ sub, email, email_verified: true, name }),
  );
  const { user } = await signInWithCredential(auth, credential);
  const db = getFirestore(app);
  const { hostname, port } = new URL(`http://${firestoreHost}`);
  connectFirestoreEmulator(db, hostname, Number(port));
  return {
    ...functionsOf(connection),
    uid: user.uid,
    idToken: await user.getIdToken(),
    db,
    leave: async () => {
      await terminate(db);
      await deleteApp(app);
    },
  };
}

/** Signs up a new user without a name, at the Auth emulator. */
export async function signUp(connection: Connection): Promise<Person> {
  const answer = await requestJson(accounts(connection.authHost, "signUp"), "POST", {
    returnSecureToken: true,
  });
  const { localId, idToken } = answer as { localId: string; idToken: string };
  return { ...functionsOf(connection), uid: localId, idToken };
}

/** What a caller of the functions needs of a connection. */
function functionsOf({ functionsUrl, functionPrefix, appUrl }: Connection) {
  return { functionsUrl, appUrl, ...(functionPrefix !== undefined && { functionPrefix }) };
}

/** Deletes a user with the user's own token. */
export async function deleteUser({ authHost }: Connection, { idToken }: Person): Promise<void> {
  await requestJson(accounts(authHost, "delete"), "POST", { idToken });
}

function accounts(authHost: string, method: string): string {
  return `http://${authHost}/identitytoolkit.googleapis.com/v1/accounts:${method}?key=local`;
}

/** Deletes every user of the Auth emulator. */
export async function clearUsers({ authHost, projectId }: Connection): Promise<void> {
  const owner = { Authorization: "Bearer owner" };
  await requestJson(
    `http://${authHost}/emulator/v1/projects/${projectId}/accounts`,
    "DELETE",
    undefined,
    owner,
  );
}
