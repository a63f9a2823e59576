import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/**
 * Lists the compressed sizes of the page's scripts and styles. Fails the build if their sum is above the budget.
 *
 * @param budgetKb the budget in kilobytes (1000 bytes) of gzip, for all parts together.
 */
export function bundleBudget(budgetKb: number): Plugin {
  return {
    name: "bundle-budget",
    apply: "build",
    writeBundle(_options, bundle) {
      const parts = Object.values(bundle)
        .filter(file => /\.(js|css)$/.test(file.fileName))
        .map(file => ({
          name: file.fileName.replace(/^assets\/(.+)-[\w-]{8}\./, "$1."),
          kb: gzipSync(file.type === "chunk" ? file.code : file.source).length / 1000,
        }))
        .sort((a, b) => b.kb - a.kb);
      const total = parts.reduce((sum, { kb }) => sum + kb, 0);
      const list = parts.map(({ name, kb }) => `${name} ${kb.toFixed(1)}`).join(", ");
      console.info(`bundle: ${total.toFixed(1)} of ${budgetKb} kB gzip (${list})`);
      if (total > budgetKb)
        this.error(`the page weighs ${total.toFixed(1)} kB, more than ${budgetKb} kB gzip`);
    },
  };
}
