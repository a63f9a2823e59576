import { deleteApp, initializeApp, type FirebaseApp } from "firebase/app";
import { connectAuthEmulator, getAuth, GoogleAuthProvider, signInWithCredential } from "firebase/auth";
import {
  connectFirestoreEmulator,
  getFirestore,
  setLogLevel,
  terminate,
  type Firestore,
} from "firebase/firestore";
import { clientEnvironment, host, projectId, services, urlOf } from "../../stack/addresses.ts";
import { requestJson, requestRedirect } from "./http.ts";

/** Who signs in at the Auth emulator, by a credential that Google would otherwise have issued. */
export type Identity = { readonly sub: string; readonly email: string; readonly name: string };

/** A user of the app: signed in with the web SDK, as a browser would be, and bound by the security rules. */
export type AppUser = {
  readonly uid: string;
  readonly db: Firestore;
  /** Calls a callable function as this user. */
  readonly call: (name: string, data: object) => Promise<unknown>;
  readonly leave: () => Promise<void>;
};

// What fails is told by the promises and listeners themselves; a refused write would be logged as well.
setLogLevel("silent");

let appsMade = 0;

/** Signs a user in; the same `sub` is the same user, in the web page too. */
export async function signIn({ sub, email, name }: Identity): Promise<AppUser> {
  appsMade += 1;
  const app = initializeApp({ projectId, apiKey: "local" }, `app-${appsMade}`);
  const auth = getAuth(app);
  connectAuthEmulator(auth, urlOf(services.auth), { disableWarnings: true });
  // The Auth emulator takes an unsigned ID token in JSON (firebase.google.com/docs/emulator-suite/connect_auth).
  const credential = GoogleAuthProvider.credential(
    JSON.stringify({ sub, email, email_verified: true, name }),
  );
  const { user } = await signInWithCredential(auth, credential);
  const db = getFirestore(app);
  connectFirestoreEmulator(db, host, services.firestore.port);
  return {
    uid: user.uid,
    db,
    call: async (functionName, data) => {
      const answer = await requestJson(`${clientEnvironment.FUNCTIONS_URL}/${functionName}`, {
        method: "POST",
        headers: { Authorization: `Bearer ${await user.getIdToken()}` },
        body: { data },
      });
      return (answer as { result: unknown }).result;
    },
    leave: async () => {
      await leave(app, db);
    },
  };
}

async function leave(app: FirebaseApp, db: Firestore): Promise<void> {
  await terminate(db);
  await deleteApp(app);
}

/** Forgets every user of the Auth emulator. */
export async function clearUsers(): Promise<void> {
  await requestJson(`${urlOf(services.auth)}/emulator/v1/projects/${projectId}/accounts`, {
    method: "DELETE",
    headers: { Authorization: "Bearer owner" },
  });
}

/**
 * Connects a Google account to a user through the whole OAuth flow: our callable, Google's consent page
 * (approved as its form would be), our callback. Returns the address in the app that the user ends at.
 */
export async function connectGoogleAccount(user: AppUser, email: string): Promise<string> {
  const { url } = (await user.call("connectAccount", { returnTo: urlOf(services.hosting) })) as {
    url: string;
  };
  const callback = await requestRedirect(url, { email, decision: "allow" });
  return await requestRedirect(callback);
}
