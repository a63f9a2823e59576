export type CommandName = "add" | "remove" | "init" | "keys" | "grant" | "doctor";

const overview = `firestore-calendar-sync: a user's Google Calendar, live in Firestore

  npx firestore-calendar-sync add       puts the functions, rules and indexes into a Firebase project
  npx firestore-calendar-sync remove    takes them out again
  npx firestore-calendar-sync init      makes a new Firebase project folder with them
  npx firestore-calendar-sync keys      creates, changes or checks the keys that seal tokens
  npx firestore-calendar-sync grant     lets the deployed functions store tasks
  npx firestore-calendar-sync doctor    says what is wrong with a deployment, and what to do

  help COMMAND, COMMAND --help          says more of a command
  --version                             prints the version

Exit codes: 0 done, 1 refused or something is wrong, 2 the command line is not complete or not right.
`;

const addFlags = `  --instance ID       name of the instance (calendar): functions are called kit-ID-syncNow and so on
  --users-root PATH   collection below which each user has a document (users)
  --database ID       the Firestore database ("(default)")
  --region REGION     where the functions run (us-central1)
  --client-id ID      the OAuth client; without it, its line is missing in .env, and a deploy asks for it
  --package SPEC      another package of the functions: an npm spec, or the path of a tarball
  --yes, -y           does not ask; needed where there is no terminal
  --dry-run           shows what would change, and changes nothing
  --no-install        does not run npm in the folder of the kit
  --no-rules          neither checks nor changes the security rules
`;

const texts: Readonly<Record<CommandName, string>> = {
  add: `npx firestore-calendar-sync add [flags]

Adds to the Firebase project in this folder: a function kit, its entry in firebase.json, blocks in the security rules,
indexes, and settings for the functions and for the Emulator Suite. Shows the changes as a diff and asks before it
writes. Refuses security rules that let clients write what only the functions may write, and says how to change them.
Run a second time, it changes nothing.

${addFlags}  --project-dir PATH  the folder with firebase.json (.)
`,
  remove: `npx firestore-calendar-sync remove [flags]

Takes an instance out of the project in this folder; with the last one, everything that \`add\` made. Functions that are
deployed and documents that are stored stay: it prints the commands for them.

  --instance ID       name of the instance (calendar)
  --yes, -y           does not ask; needed where there is no terminal
  --dry-run           shows what would change, and changes nothing
  --project-dir PATH  the folder with firebase.json (.)
`,
  init: `npx firestore-calendar-sync init [DIR] [flags]

Makes a Firebase project folder in DIR (.), with settings for the Emulator Suite, and then does what \`add\` does. Refuses
a folder that has a firebase.json.

${addFlags}`,
  keys: `npx firestore-calendar-sync keys add|rotate|check --project ID [flags]

The key ring that seals tokens, a secret in Secret Manager.

  add      creates it, if and only if there is none
  rotate   adds a key that is active from the next deploy on; the old keys stay, and so can all tokens be opened
  check    says whether the ring can be read and which keys it has, never their values

  --project ID        the Google Cloud project
  --instance ID       name of the instance (calendar); "" for functions that are no kit

Reads with the Firebase CLI (npx firebase-tools); writes the secret of a kit with gcloud, because the Firebase CLI
refuses its name.
`,
  grant: `npx firestore-calendar-sync grant --project ID [flags]

Gives the service account of the deployed functions the role Service Account User on itself, because the tasks that it
stores carry its identity. It gets no role on the project. Shows the gcloud command and asks before it runs it. Needed
once, after the first deploy.

  --project ID        the Google Cloud project
  --instance ID       name of the instance (calendar); "" for functions that are no kit
  --region REGION     where the functions are (FUNCTION_DEFAULT_REGION of the instance's .env, or us-central1)
  --yes, -y           does not ask; needed where there is no terminal

Needs the Google Cloud CLI (gcloud) and the permission iam.serviceAccounts.setIamPolicy (Service Account Admin, Owner).
`,
  doctor: `npx firestore-calendar-sync doctor --project ID [flags]

Looks at everything that can be wrong with a deployment, and prints for each fault the command or the address that puts
it right. It only reads; no secret and no content of a calendar is printed.

  --project ID        the Firebase project
  --instance ID       name of the instance; "" for functions that are no kit; without it, the first that is found
  --region REGION     where the functions are; without it, where they are found
  --json              prints one JSON document when all is done

Each line begins with ok, warning, WRONG, unknown (the doctor may not look: the line names the permission) or skipped
(another fault has to be put right first). Exit code 0: nothing is wrong; 1: something is.

The login is, in this order: GOOGLE_OAUTH_ACCESS_TOKEN (an access token), GOOGLE_APPLICATION_CREDENTIALS (read with
firebase-admin or gcloud), the login of the Firebase CLI if it is installed or was run with npx, that of gcloud,
the application default credentials. The roles Viewer, Security Reviewer and Secret Manager Secret Accessor are enough to
look at everything.
`,
};

export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(texts, word);
}

export function helpText(command: CommandName | undefined): string {
  return command === undefined ? overview : texts[command];
}
