/** Id of the kit in firebase.json, and the folder below `function-kits`. */
export const kitId = "firestore-calendar-sync";
export const kitFolder = `function-kits/${kitId}`;
export const kitSource = `${kitFolder}/source`;
export const configFolder = (instance: string): string => `${kitFolder}/config-${instance}`;

/**
 * The name under which a function or a secret is deployed: the Firebase CLI adds a prefix to those of a kit
 * (firebase-tools, addKitPrefix). An empty instance stands for functions that are no kit.
 */
export const deployedName = (instance: string, name: string): string =>
  instance === "" ? name : `kit-${instance}-${name}`;

/** A package as it stands in `dependencies`. */
export interface Dependency {
  readonly name: string;
  readonly spec: string;
}

/** The entry in firebase.json, as `functions:kits:install` writes it (firebase-tools, kits/install.js). */
export function kitEntry(instance: string, packageName: string): Readonly<Record<string, unknown>> {
  return {
    kit: kitId,
    sourcePackage: { name: packageName },
    source: kitSource,
    instances: { [instance]: configFolder(instance) },
    predeploy: ['npm --prefix "$RESOURCE_DIR" run build'],
  };
}

/**
 * The files of the kit's source by their path below it. They have the bytes that `functions:kits:install` of
 * firebase-tools 15.34 writes, so that its other commands meet what they expect (kit-layout.test.ts compares); the
 * dependencies are those that its `npm install` saves.
 */
export function kitFiles(
  dependencies: readonly Dependency[],
  packageName: string,
): Readonly<Record<string, string>> {
  const manifest = {
    name: `${kitId}-wrapper`,
    scripts: {
      build: "tsc",
      "build:watch": "tsc --watch",
      serve: "npm run build && firebase emulators:start --only functions",
      shell: "npm run build && firebase functions:shell",
      start: "npm run shell",
      deploy: "firebase deploy --only functions",
      logs: "firebase functions:log",
    },
    engines: { node: "24" },
    main: "lib/index.js",
    dependencies: Object.fromEntries(
      dependencies.map(({ name, spec }) => [name, spec] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
    devDependencies: { typescript: "^6.0.0" },
    private: true,
  };
  return {
    "package.json": `${JSON.stringify(manifest, null, 2)}\n`,
    "tsconfig.json": tsconfig,
    ".gitignore": gitignore,
    "src/index.ts": indexText.replaceAll("{{PACKAGE_NAME}}", packageName),
  };
}

// The templates of the Firebase CLI (firebase-tools, MIT), byte for byte.
const tsconfig = `{
  "compilerOptions": {
    "module": "NodeNext",
    "esModuleInterop": true,
    "moduleResolution": "nodenext",
    "noImplicitReturns": true,
    "noUnusedLocals": true,
    "outDir": "lib",
    "rootDir": "src",
    "sourceMap": true,
    "strict": true,
    "target": "es2017",
    "skipLibCheck": true
  },
  "compileOnSave": true,
  "include": [
    "src"
  ]
}
`;

const gitignore = `# Compiled JavaScript files
lib/**/*.js
lib/**/*.js.map

# TypeScript v1 declaration files
typings/

# Node.js dependency directory
node_modules/
*.local`;

const indexText = `/**
 *  This exports all functions in the kit so that the Firebase CLI can see it. The
 *  kit may expose additional, optional features that you can configure after importing,
 *  such as registering a callback. Check the kit's README for more information.
 */

import { setGlobalOptions } from "firebase-functions";
import * as params from "firebase-functions/params";

// This is how you create a "param". A param is a placeholder for a value
// which is determined at install/deploy time. Use a param whenever you want
// the value to differ. Learn more at
// https://firebase.google.com/docs/functions/config-env#params
export const regionParam = params.defineString("FUNCTION_DEFAULT_REGION", {
  input: { text: { nonEmpty: true } },
  description: "Global default region where functions should be deployed. Can be overriden per-function.",
});


// This allows you to set default options that apply to all functions in this
// kit. Learn more about these options and additional configurations at:
// https://firebase.google.com/docs/reference/functions/2nd-gen/node/firebase-functions.globaloptions
setGlobalOptions({
  // If you pass a parameter, you will be prompted for new values on each instance.
  region: regionParam,
  // If you want the same value for all instances across your kit, you can pass a
  // normal value.
  // For cost control, you can set the maximum number of containers that can be
  // running at the same time. This helps mitigate the impact of unexpected
  // traffic spikes by instead downgrading performance. This limit is a
  // per-function limit.
  // maxInstances: 100,
});

// Exports the functions located in the kit.
export * from "{{PACKAGE_NAME}}";
`;
