import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { NotAvailable, type Bench, type NodeBinary, type NodeMajor } from "./cell.ts";

export type FindNode = (major: NodeMajor) => Promise<NodeBinary>;

/** A Node of that major version on this machine: the current one, or one in PATH. */
export async function findNode(major: NodeMajor, run: Bench["run"]): Promise<NodeBinary | undefined> {
  if (majorOf(`v${process.versions.node}`) === major) return binary(process.execPath, process.version);
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  for (const path of new Set(folders.map(folder => join(folder, "node")))) {
    if (!existsSync(path)) continue;
    const version = await run({ cwd: "/", command: path, args: ["--version"] }).catch(() => "");
    if (majorOf(version) === major) return binary(path, version);
  }
  return undefined;
}

/**
 * Installs the newest Node of that major version from the npm package `node`, whose install script brings the binary.
 *
 * @throws NotAvailable
 */
export async function installNode(major: NodeMajor, folder: string, run: Bench["run"]): Promise<NodeBinary> {
  mkdirSync(folder);
  const manifest = { private: true, allowScripts: { node: true } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  const path = join(folder, "node_modules", "node", "bin", "node");
  try {
    await run({ cwd: folder, command: "npm", args: ["install", `node@${major}`] });
    return binary(path, await run({ cwd: folder, command: path, args: ["--version"] }));
  } catch (error) {
    const [why = ""] = error instanceof Error ? error.message.split("\n") : [];
    throw new NotAvailable(`Node ${major} could not be installed: ${why}`);
  }
}

function majorOf(version: string): number {
  return Number(/^v(\d+)\./.exec(version)?.[1]);
}

function binary(path: string, version: string): NodeBinary {
  return { path, title: `Node ${version.trim().slice(1)}` };
}
