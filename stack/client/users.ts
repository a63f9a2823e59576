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

/** Who signs in at the Auth emulator, by a credential that Google would otherwise have issued. */
export type Identity = { readonly sub: string; readonly email: string; readonly name: string };

/** A user of the app who has an ID token. It ends after an hour. */
export type Person = Caller & { readonly uid: string; readonly idToken: string };

/** A user of the app: signed in with the web SDK, as a browser would be, and bound by the security rules. */
export type AppUser = Person & {
  readonly db: Firestore;
  readonly leave: () => Promise<void>;
};

// What fails is told by the promises and listeners themselves; a refused write would be logged as well.
setLogLevel("silent");

let appsMade = 0;

/** Signs a user in; the same `sub` is the same user, in the web page too. */
export async function signIn(connection: Connection, { sub, email, name }: Identity): Promise<AppUser> {
  const { projectId, functionsUrl, appUrl, authHost, firestoreHost } = connection;
  appsMade += 1;
  const app = initializeApp({ projectId, apiKey: "local" }, `app-${appsMade}`);
  const auth = getAuth(app);
  connectAuthEmulator(auth, `http://${authHost}`, { disableWarnings: true });
  // The Auth emulator takes an unsigned ID token in JSON (firebase.google.com/docs/emulator-suite/connect_auth).
  const credential = GoogleAuthProvider.credential(
    JSON.stringify({ sub, email, email_verified: true, name }),
  );
  const { user } = await signInWithCredential(auth, credential);
  const db = getFirestore(app);
  const { hostname, port } = new URL(`http://${firestoreHost}`);
  connectFirestoreEmulator(db, hostname, Number(port));
  return {
    functionsUrl,
    appUrl,
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
export async function signUp({ functionsUrl, appUrl, authHost }: Connection): Promise<Person> {
  const answer = await requestJson(accounts(authHost, "signUp"), "POST", { returnSecureToken: true });
  const { localId, idToken } = answer as { localId: string; idToken: string };
  return { functionsUrl, appUrl, uid: localId, idToken };
}

/** Deletes a user, as they would themselves. */
export async function deleteUser({ authHost }: Connection, { idToken }: Person): Promise<void> {
  await requestJson(accounts(authHost, "delete"), "POST", { idToken });
}

function accounts(authHost: string, method: string): string {
  return `http://${authHost}/identitytoolkit.googleapis.com/v1/accounts:${method}?key=local`;
}

/** Forgets every user of the Auth emulator. */
export async function clearUsers({ authHost, projectId }: Connection): Promise<void> {
  const owner = { Authorization: "Bearer owner" };
  await requestJson(
    `http://${authHost}/emulator/v1/projects/${projectId}/accounts`,
    "DELETE",
    undefined,
    owner,
  );
}
