/** Prints the functions of the package, once for `import` and once for `require`, and the copies of firebase-functions. */
const name = "firestore-calendar-sync";

const functionsOf = module => Object.keys(module).filter(key => module[key]?.__endpoint !== undefined);

void (async () => {
  const required = functionsOf(require(name)).sort();
  const imported = functionsOf(await import(name)).sort();
  console.log("PROBE", JSON.stringify({ required, imported }));
})();
