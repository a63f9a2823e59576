/** The workspace's package.json. Its `exports` name TypeScript sources. */
export type WorkspacePackage = {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly type: "module";
  readonly sideEffects: false;
  readonly engines: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
};

/**
 * The package.json that is published: the workspace's, but not private, and with the compiled files.
 *
 * @throws Error if an export is not a file directly in src/.
 */
export function publishedPackage(workspace: WorkspacePackage): object {
  const { name, version, description, license, type, sideEffects, engines } = workspace;
  const { dependencies, peerDependencies, peerDependenciesMeta } = workspace;
  return {
    name,
    version,
    description,
    keywords: ["firebase", "firestore", "google-calendar", "calendar", "sync"],
    license,
    type,
    sideEffects,
    engines,
    exports: Object.fromEntries(
      Object.entries(workspace.exports).map(([entry, source]) => [entry, compiled(source)]),
    ),
    dependencies,
    peerDependencies,
    peerDependenciesMeta,
    // Without this, npm publishes a scoped package for the members of the scope only.
    publishConfig: { access: "public" },
  };
}

/**
 * The files of an entry. `types` comes first, because the first condition that matches is used. `default` is for
 * `import` and for `require`: since 20.19, Node can `require` ES modules.
 */
function compiled(source: string): { readonly types: string; readonly default: string } {
  const name = /^\.\/src\/([\w-]+)\.ts$/.exec(source)?.[1];
  if (name === undefined) throw new Error(`not a source: ${source}`);
  return { types: `./${name}.d.ts`, default: `./${name}.js` };
}
