import { initializeApp } from "firebase/app";
import {
  GoogleAuthProvider,
  browserLocalPersistence,
  browserPopupRedirectResolver,
  connectAuthEmulator,
  inMemoryPersistence,
  indexedDBLocalPersistence,
  initializeAuth,
  signInWithCredential,
  signInWithPopup,
  type Auth,
} from "firebase/auth";
import {
  connectFirestoreEmulator,
  initializeFirestore,
  persistentLocalCache,
  persistentMultipleTabManager,
  type Firestore,
} from "firebase/firestore";
import { connectFunctionsEmulator, getFunctions, type Functions } from "firebase/functions";
import type { Project } from "./project.ts";

const region = "us-central1";
const emulatorHost = "127.0.0.1";

/** What `npm start` connects to Google; the Auth emulator takes made-up Google credentials as they are. */
const demoUser = { sub: "demo-user", email: "demo@example.com", email_verified: true, name: "Demo User" };

export interface Backend {
  readonly auth: Auth;
  readonly db: Firestore;
  readonly functions: Functions;
}

/** Starts the SDKs, against the local emulators in the demo. */
export function startFirebase({ options, demo }: Project): Backend {
  const app = initializeApp(options);
  const auth = initializeAuth(app, {
    // A demo user lives as long as the Auth emulator; remembering one would bring back a user that is gone.
    persistence: demo ? inMemoryPersistence : [indexedDBLocalPersistence, browserLocalPersistence],
  });
  const db = initializeFirestore(app, {
    localCache: persistentLocalCache({ tabManager: persistentMultipleTabManager() }),
  });
  const functions = getFunctions(app, region);
  if (demo) {
    connectAuthEmulator(auth, `http://${emulatorHost}:9099`, { disableWarnings: true });
    connectFirestoreEmulator(db, emulatorHost, 8080);
    connectFunctionsEmulator(functions, emulatorHost, 5001);
  }
  return { auth, db, functions };
}

/** Signs in without a person; only the Auth emulator accepts this. */
export async function signInAsDemoUser(auth: Auth): Promise<void> {
  await signInWithCredential(auth, GoogleAuthProvider.credential(JSON.stringify(demoUser)));
}

/**
 * Opens Google's sign-in window. To be called from a click: browsers block other windows.
 *
 * @throws FirebaseError, `auth/popup-blocked` or `auth/popup-closed-by-user` among others.
 */
export async function signInWithGoogle(auth: Auth): Promise<void> {
  await signInWithPopup(auth, new GoogleAuthProvider(), browserPopupRedirectResolver);
}
