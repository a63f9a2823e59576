import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { kitSource, type Dependency } from "./plan/kit-layout.ts";
import { UsageError } from "./surroundings.ts";

/**
 * What `--package` means: an npm spec (`name`, `name@range`), or the path of a tarball, which is noted relative to the
 * kit's source. The package in a tarball must have the name of ours.
 */
export function dependencyOf(spec: string, cwd: string, projectFolder: string, ours: Dependency): Dependency {
  const path = spec.startsWith("file:") ? spec.slice("file:".length) : spec;
  if (path !== spec || /^\.{0,2}\//.test(path) || /\.(?:tgz|tar\.gz)$/.test(path)) {
    const file = resolve(cwd, path);
    if (!existsSync(file)) throw new UsageError(`--package ${spec}: there is no such file`);
    const fromSource = relative(join(projectFolder, kitSource), file).replaceAll("\\", "/");
    return { name: ours.name, spec: `file:${fromSource}` };
  }
  const [, name, range] = /^((?:@[\w.-]+\/)?[\w.-]+)(?:@(\S+))?$/.exec(spec) ?? [];
  if (name === undefined) throw new UsageError(`--package ${spec}: neither a package nor a tarball`);
  return { name, spec: range ?? (name === ours.name ? ours.spec : "*") };
}
