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
import { firestoreDatabase, region } from "./params.ts";
import type { Project } from "./project.ts";

const emulatorHost = "127.0.0.1";

/**
 * The user of the demo: the user that `npm start` connects, or the user in the query, for example `?as=ada`, so that
 * two browsers can have two users. The Auth emulator accepts unsigned Google credentials.
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

/** Initialises the SDKs. In the demo they use the local emulators. */
export function startFirebase({ options, demo }: Project): Backend {
  const app = initializeApp(options);
  const auth = initializeAuth(app, {
    // Demo users are lost when the Auth emulator stops, so the browser must not keep one.
    persistence: demo ? inMemoryPersistence : [indexedDBLocalPersistence, browserLocalPersistence],
  });
  const db = initializeFirestore(
    app,
    { localCache: persistentLocalCache({ tabManager: persistentMultipleTabManager() }) },
    firestoreDatabase,
  );
  const functions = getFunctions(app, region);
  if (demo) {
    const ports = stackPorts(location.port, import.meta.env.DEV);
    connectAuthEmulator(auth, `http://${emulatorHost}:${ports.auth}`, { disableWarnings: true });
    connectFirestoreEmulator(db, emulatorHost, ports.firestore);
    connectFunctionsEmulator(functions, emulatorHost, ports.functions);
  }
  return { auth, db, functions };
}

/** Signs in without a dialog. Only the Auth emulator accepts the credential. `search` is the page's query. */
export async function signInAsDemoUser(auth: Auth, search: string): Promise<void> {
  await signInWithCredential(auth, GoogleAuthProvider.credential(demoCredential(search)));
}

/**
 * Opens Google's sign-in window. Must be called from a click, because browsers block other windows.
 *
 * @throws FirebaseError, for example `auth/popup-blocked` or `auth/popup-closed-by-user`.
 */
export async function signInWithGoogle(auth: Auth): Promise<void> {
  await signInWithPopup(auth, new GoogleAuthProvider(), browserPopupRedirectResolver);
}

/**
 * From now on, requests are finished even if the page is gone before. For the last requests of a page: browsers limit
 * the size of such requests, and cancel others with the page (Fetch standard, "keepalive").
 */
export function keepRequestsAlive(): void {
  const { fetch: send } = globalThis;
  globalThis.fetch = async (input, init) => await send(input, { ...init, keepalive: true });
  // The browser may keep the page, and the user may come back to it.
  addEventListener(
    "pageshow",
    () => {
      globalThis.fetch = send;
    },
    { once: true },
  );
}
