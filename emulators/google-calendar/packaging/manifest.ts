/** What the workspace's package.json says and the package says too. */
export interface WorkspaceManifest {
  name: string;
  version: string;
  description: string;
  keywords: readonly string[];
  license: string;
}

/** The package.json of the package. The bundles contain what the workspace depends on. */
export function packageManifest({
  name,
  version,
  description,
  keywords,
  license,
}: WorkspaceManifest): object {
  return {
    name,
    version,
    description,
    keywords,
    license,
    type: "module",
    // For resolvers that do not know `exports`.
    main: "./index.cjs",
    types: "./index.d.cts",
    exports: {
      ".": {
        import: { types: "./index.d.ts", default: "./index.js" },
        require: { types: "./index.d.cts", default: "./index.cjs" },
      },
      "./package.json": "./package.json",
    },
    bin: { "google-calendar-emulator": "./google-calendar-emulator.cjs" },
    engines: { node: ">=20" },
  };
}

/** The README outside of the repository: a link to a file of the repository becomes its text. */
export function packageReadme(text: string): string {
  return text.replace(/!?\[([^\]]*)\]\((?!https?:|#)[^)]*\)/g, "$1");
}
