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
import { stackPorts } from "../demo/stack-ports.ts";
import type { Project } from "./project.ts";

const region = "us-central1";
const emulatorHost = "127.0.0.1";

/**
 * Who signs in to the demo: the user that `npm start` connects, or another one with `?as=ada`, so that two browsers can
 * be two people. The Auth emulator takes made-up Google credentials as they are.
 */
function demoCredential(search: string): string {
  const name = new URLSearchParams(search).get("as");
  if (name === null || !/^[a-z0-9-]{1,40}$/.test(name)) {
    return JSON.stringify({
      sub: "demo-user",
      email: "demo@example.com",
      email_verified: true,
      name: "Demo User",
    });
  }
  return JSON.stringify({ sub: `demo-${name}`, email: `${name}@example.com`, email_verified: true, name });
}

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
    const ports = stackPorts(location.port, import.meta.env.DEV);
    connectAuthEmulator(auth, `http://${emulatorHost}:${ports.auth}`, { disableWarnings: true });
    connectFirestoreEmulator(db, emulatorHost, ports.firestore);
    connectFunctionsEmulator(functions, emulatorHost, ports.functions);
  }
  return { auth, db, functions };
}

/** Signs in without a person; only the Auth emulator accepts this. `search` is the page's query. */
export async function signInAsDemoUser(auth: Auth, search: string): Promise<void> {
  await signInWithCredential(auth, GoogleAuthProvider.credential(demoCredential(search)));
}

/**
 * Opens Google's sign-in window. To be called from a click: browsers block other windows.
 *
 * @throws FirebaseError, `auth/popup-blocked` or `auth/popup-closed-by-user` among others.
 */
export async function signInWithGoogle(auth: Auth): Promise<void> {
  await signInWithPopup(auth, new GoogleAuthProvider(), browserPopupRedirectResolver);
}
