import { randomBytes } from "node:crypto";
import manifest from "../package.json" with { type: "json" };
import { applicationDefault, getApps, initializeApp } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import * as logger from "firebase-functions/logger";
import { getAuth } from "firebase-admin/auth";
import { getFunctions } from "firebase-admin/functions";
import { createAccessTokens } from "./account/access-tokens.ts";
import type { ConfirmConnectPorts, KeepConsentPorts } from "./account/finish-connect.ts";
import type { CleanUpAccountPorts } from "./account/clean-up-account.ts";
import type { DisconnectPorts } from "./account/disconnect.ts";
import type { RemoveDeletedUsersPorts } from "./account/remove-deleted-users.ts";
import type { ResealTokensPorts } from "./account/reseal-tokens.ts";
import type { UserCalendarsPorts } from "./account/user-calendars.ts";
import { createUserDirectory, type UserLookUp } from "./auth/user-directory.adapter.ts";
import { createAccountOwners } from "./firestore/account-owners.repository.ts";
import { createAccountRemoval } from "./firestore/accounts-removal.repository.ts";
import { createCalendarStore } from "./firestore/calendars.repository.ts";
import { createCallStore } from "./firestore/calendar-calls.repository.ts";
import type { SyncCalendarListPorts } from "./account/sync-calendar-list.ts";
import { createCalendarLists } from "./firestore/calendars-listing.repository.ts";
import { createRateLimit } from "./account/rate-limit.ts";
import type { StartConnectPorts } from "./account/start-connect.ts";
import { createTokenSeal } from "./account/token-seal.ts";
import { deployedName, googleClientSecret, readConfig, readKeyRing, readPlace } from "./config.ts";
import type { CheckDeploymentPorts } from "./deployment/check-deployment.ts";
import { createAccountStatus, createAccountStore } from "./firestore/accounts.repository.ts";
import { checkedCredentialStore, checkedSyncStore, checkedWatchStore } from "./firestore/checked-keys.ts";
import { createCredentialKeys, createCredentialStore } from "./firestore/credentials.repository.ts";
import { createDeploymentReports } from "./firestore/deployment-reports.repository.ts";
import { type Database, databaseOf } from "./firestore/output.ts";
import { createOAuthStates } from "./firestore/oauth-states.repository.ts";
import { createLog } from "./structured-log.ts";
import { createSyncStore } from "./firestore/sync-store.repository.ts";
import { createWatchStore } from "./firestore/watches.repository.ts";
import { createDelegation } from "./google/delegation.adapter.ts";
import { createCalendarCaller } from "./google/calendar-client.ts";
import { createCalendarList } from "./google/calendar-list.adapter.ts";
import { createEventWrites } from "./google/event-writes.adapter.ts";
import { createEventSource } from "./google/events.adapter.ts";
import { ownAccount } from "./google/own-account.adapter.ts";
import { openAddress } from "./google/public-addresses.adapter.ts";
import { createOAuthProvider } from "./google/oauth.adapter.ts";
import { createChannels } from "./google/push-channels.adapter.ts";
import type { SyncPorts, SyncStore } from "./ports/sync.port.ts";
import { queryVersion } from "./model/sync-state.ts";
import type { Delegation } from "./ports/credentials.port.ts";
import type { Clock, NewId } from "./ports/runtime.port.ts";
import type { TaskQueue } from "./ports/tasks.port.ts";
import { createCallCounter } from "./quota/call-counter.ts";
import type { StretchRoundPorts } from "./quota/stretch-round.ts";
import type { MaintainWatchPorts } from "./watch/maintain-watch.ts";
import type { RenewWatchesPorts } from "./watch/renew-watches.ts";
import type { WritePorts } from "./write/write-context.ts";
import { createMemoryBudget } from "./sync/memory-budget.ts";
import type { UpgradePace } from "./sync/upgrade.ts";
import type { WindowDefaults } from "./model/calendar-window.ts";
import { createProbeQueue } from "./tasks/probe-queue.adapter.ts";
import { createTaskQueue } from "./tasks/task-queue.adapter.ts";

/** The only place that constructs adapters and hands them to the inner code: once per instance, on first use. */

const clock: Clock = {
  now: () => Date.now(),
  sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
};

const newId: NewId = length => randomBytes(length).toString("base64url").slice(0, length);

/** Also for the triggers' own lines. */
export const log = createLog(clock, entry => {
  logger.write(entry);
});

/**
 * Calls `make` on first use. The annotation lets the build leave out what a function does not use
 * (esbuild.github.io/api/#annotations): without it, every function's file would contain every adapter.
 */
/* @__NO_SIDE_EFFECTS__ */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

const emulated = process.env["FUNCTIONS_EMULATOR"] === "true";

/**
 * The app. In the emulator it has a fictitious service account; otherwise each enqueue would query the metadata server.
 */
const app = once(
  () =>
    getApps()[0] ??
    initializeApp(
      emulated ? { serviceAccountId: "emulator@demo-calendar-sync.iam.gserviceaccount.com" } : undefined,
    ),
);

const firestore = once((): Database => {
  const { firestoreDatabase, usersRoot, writeAccess } = readConfig();
  return databaseOf(getFirestore(app(), firestoreDatabase), usersRoot, writeAccess);
});

const taskQueue = once((): TaskQueue =>
  createTaskQueue(
    getFunctions(app()),
    name => `locations/${readConfig().region}/functions/${deployedName(name)}`,
  ),
);

const keyRing = once(readKeyRing);
const tokenSeal = once(() => createTokenSeal(keyRing));

const oauth = once(() => {
  const { googleClientId, oauthRedirectUrl, writeAccess, googleEmulatorUrl } = readConfig();
  return createOAuthProvider({
    clientId: googleClientId,
    clientSecret: () => googleClientSecret.value(),
    redirectUrl: oauthRedirectUrl,
    writeAccess,
    emulatorUrl: googleEmulatorUrl,
    clock,
  });
});

/** Undefined if no domain is delegated. */
const delegation = once((): Delegation | undefined => {
  const { delegation: settings, googleEmulatorUrl } = readConfig();
  return (
    settings &&
    createDelegation({
      ...settings,
      emulatorUrl: googleEmulatorUrl,
      // The token of the functions' own identity. The local Google Calendar accepts any token.
      ownToken: async () =>
        emulated ? "emulated" : (await applicationDefault().getAccessToken()).access_token,
      clock,
    })
  );
});

const credentialStore = once(() => checkedCredentialStore(createCredentialStore(firestore()), log));
/** The checked stores treat a record that does not belong to its key as missing. */
const syncStore = once(() => checkedSyncStore(createSyncStore(firestore()), log));
const watchStore = once(() => checkedWatchStore(createWatchStore(firestore()), log));

const accessTokens = once(() =>
  createAccessTokens({
    credentials: credentialStore(),
    oauth: oauth(),
    delegation: delegation(),
    seal: tokenSeal(),
    readKeys: keyRing,
    clock,
    log,
  }),
);

const accountStatus = once(() => createAccountStatus(firestore(), clock, log));

const callStore = once(() => createCallStore(firestore()));
const callCounter = once(() => createCallCounter({ store: callStore(), clock, random: Math.random, log }));

const calendarCaller = once(() =>
  createCalendarCaller(accessTokens(), readConfig().googleEmulatorUrl, callCounter()),
);

const calendarList = once(() =>
  createCalendarList(calendarCaller(), readConfig().googleEmulatorUrl, callCounter(), log),
);

const channels = once(() => createChannels(calendarCaller(), readConfig().webhookUrl));

const dayMs = 86_400_000;

function windowDefaults(): WindowDefaults {
  const { pastWindowDays, retentionDays, horizonDays } = readConfig();
  return {
    pastWindowMs: pastWindowDays * dayMs,
    retentionMs: retentionDays * dayMs,
    horizonMs: horizonDays * dayMs,
  };
}

/** For the callables that change events. */
export const writePorts = once((): WritePorts => {
  const caller = createCalendarCaller(accessTokens(), readConfig().googleEmulatorUrl, callCounter(), {
    mayLackScope: true,
  });
  return { store: syncStore(), google: createEventWrites(caller), tasks: taskQueue(), newId, log };
});

/** For `calendarWebhook`: only the ports that a notification needs, because Google waits for the answer. */
export const notificationPorts = once(
  (): { readonly store: SyncStore; readonly tasks: TaskQueue; readonly clock: Clock } => ({
    store: syncStore(),
    tasks: taskQueue(),
    clock,
  }),
);

/** A part of the 1 GiB of `syncCalendar`. The rest is for Node, the libraries and garbage. */
const memoryBudget = once(() => createMemoryBudget(160 * 1024 * 1024));

/**
 * For `syncCalendar`. The time budget (7 minutes) leaves two of the function's nine minutes for the last page and its
 * writes.
 */
export const syncPorts = once((): SyncPorts => {
  const { minPullIntervalMs, changeFeed } = readConfig();
  return {
    store: syncStore(),
    events: createEventSource(calendarCaller()),
    tasks: taskQueue(),
    memory: memoryBudget(),
    accounts: accountStatus(),
    clock,
    newId,
    random: Math.random,
    log,
    settings: {
      ...windowDefaults(),
      minIntervalMs: minPullIntervalMs,
      timeBudgetMs: 420_000,
      maxBatchWrites: 480,
      changeFeed,
      queryVersion,
    },
  };
});

/** For `backupSync` and `extendHorizon`. */
export const schedulePorts = once(
  (): {
    readonly store: SyncStore;
    readonly tasks: TaskQueue;
    readonly clock: Clock;
    readonly window: WindowDefaults;
    readonly pace: UpgradePace;
  } => ({
    store: syncStore(),
    tasks: taskQueue(),
    clock,
    window: windowDefaults(),
    pace: { queryVersion, upgradesPerHour: readConfig().upgradesPerHour },
  }),
);

/** For `backupSync` and `renewWatches`, at their beginning. */
export const stretchPorts = once((): StretchRoundPorts => ({
  calls: callStore(),
  threshold: readConfig().dailyCalls,
  clock,
  log,
}));

/** For all callables: per user and instance 60 calls at once, then one per second. */
export const callLimit = once(() => createRateLimit(clock, 60, 60));

/** For `connectAccount`, `oauthCallback` and `confirmConnect`. */
export const connectPorts = once((): StartConnectPorts & KeepConsentPorts & ConfirmConnectPorts => {
  const { appOrigins } = readConfig();
  return {
    states: createOAuthStates(firestore()),
    oauth: oauth(),
    calendarList: calendarList(),
    accounts: createAccountStore(firestore()),
    tasks: taskQueue(),
    delegation: delegation(),
    seal: tokenSeal(),
    appOrigins,
    clock,
    newId,
    log,
  };
});

/** For `syncCalendarList`. */
export const listPorts = once((): SyncCalendarListPorts => ({
  lists: createCalendarLists(firestore()),
  calendarList: calendarList(),
  tasks: taskQueue(),
  accountStatus: accountStatus(),
  clock,
  newId,
  log,
}));

const accountRemoval = once(() => createAccountRemoval(firestore(), clock, readConfig()));

/** For `disconnectAccount`, `onUserDeleted` and the daily check for unfinished clean-ups. */
export const disconnectPorts = once((): DisconnectPorts => ({
  removal: accountRemoval(),
  tasks: taskQueue(),
  newId,
  log,
}));

/** For the daily check for deleted users. */
export const deletedUserPorts = once((): RemoveDeletedUsersPorts => ({
  ...disconnectPorts(),
  owners: createAccountOwners(firestore()),
  directory: createUserDirectory(authToAsk),
  mode: readConfig().removeDeletedUsers,
}));

/** An emulated project must never query the real Authentication. */
function authToAsk(): UserLookUp | undefined {
  if (emulated && process.env["FIREBASE_AUTH_EMULATOR_HOST"] === undefined) return undefined;
  const auth = getAuth(app());
  return { getUsers: async identifiers => await auth.getUsers(identifiers) };
}

/** For the daily step that seals tokens again. */
export const resealPorts = once((): ResealTokensPorts => ({
  credentials: createCredentialKeys(firestore()),
  seal: tokenSeal(),
  readKeys: keyRing,
  log,
}));

/** For `cleanUpAccount`. */
export const cleanUpPorts = once((): CleanUpAccountPorts => ({
  removal: accountRemoval(),
  watches: watchStore(),
  channels: channels(),
  oauth: oauth(),
  credentials: credentialStore(),
  seal: tokenSeal(),
  clock,
  log,
}));

/** For `setCalendarEnabled`, `setCalendarWindow` and `syncNow`. */
export const userCalendarPorts = once((): UserCalendarsPorts => ({
  calendars: createCalendarStore(firestore()),
  windowDefaults: windowDefaults(),
  tasks: taskQueue(),
  clock,
  newId,
}));

/** For `maintainWatch` and `renewWatches`. */
export const watchPorts = once((): MaintainWatchPorts & RenewWatchesPorts => ({
  watches: watchStore(),
  channels: channels(),
  tasks: taskQueue(),
  accountStatus: accountStatus(),
  clock,
  newId,
  log,
}));

/**
 * For `checkDeployment`. Nothing that needs usable params is constructed here: each check constructs it, so that an
 * unusable param costs only the checks that need it.
 */
export const deploymentPorts = once((): CheckDeploymentPorts => {
  const place = { ...readPlace(), version: manifest.version };
  const { region, database } = place;
  return {
    place,
    settings: {
      readParams: readConfig,
      readClientSecret: () => googleClientSecret.value(),
      readKeyRing,
    },
    reports: createDeploymentReports(() => getFirestore(app(), database)),
    queue: createProbeQueue(
      () => getFunctions(app()),
      () => `locations/${region}/functions/${deployedName("checkDeployment")}`,
    ),
    oauth: { exchange: async (code, verifier) => await oauth().exchange(code, verifier) },
    addresses: emulated
      ? undefined
      : {
          urls: () => ({ webhook: readConfig().webhookUrl, callback: readConfig().oauthRedirectUrl }),
          open: openAddress,
        },
    serviceAccount: async () => (emulated ? undefined : await ownAccount()),
    clock,
    newId,
    log,
  };
});
