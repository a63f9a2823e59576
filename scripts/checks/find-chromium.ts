import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The browser for the browser tests: CHROMIUM_PATH, otherwise an installed browser, otherwise undefined. */
export function findChromium(
  environment: NodeJS.ProcessEnv,
  exists: (path: string) => boolean = existsSync,
): string | undefined {
  const chosen = environment["CHROMIUM_PATH"];
  if (chosen !== undefined && chosen !== "") return chosen;
  const folders = (environment["PATH"] ?? "").split(delimiter).filter(folder => folder !== "");
  return [...folders.flatMap(folder => names.map(name => join(folder, name))), ...elsewhere].find(exists);
}
