/** Ports of the local stack when nothing is moved (stack/addresses.ts). */
const ports = { auth: 9099, firestore: 8080, functions: 5001, googleCalendar: 9190 };
const pagePort = 5000;

/**
 * The ports of the local stack that serves this page. `npm start -- --port-offset N` moves all of them, so the page's
 * own port gives the offset. Vite's development server has a port of its own and stands before a stack that was not
 * moved.
 */
export function stackPorts(port: string, viteServer: boolean): typeof ports {
  const offset = viteServer || Number(port) < pagePort ? 0 : Number(port) - pagePort;
  return {
    auth: ports.auth + offset,
    firestore: ports.firestore + offset,
    functions: ports.functions + offset,
    googleCalendar: ports.googleCalendar + offset,
  };
}
