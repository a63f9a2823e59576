import { stackPorts } from "./stack-ports.ts";

/** Where the local Google Calendar of the demo shows its own page. */
export const googlePageUrl = `http://127.0.0.1:${stackPorts(location.port, import.meta.env.DEV).googleCalendar}/`;

const patienceMs = 5000;

/**
 * Whether the local Google Calendar's page answers. Scripts cannot read the status of another origin, but an `object`
 * element reports an error for an error page; a frame would show it.
 */
export async function googlePageAnswers(): Promise<boolean> {
  const probe = document.createElement("object");
  probe.type = "text/html";
  probe.className = "visually-hidden";
  probe.setAttribute("aria-hidden", "true");
  probe.tabIndex = -1;
  const answer = new Promise<boolean>(resolve => {
    probe.onload = () => {
      resolve(true);
    };
    probe.onerror = () => {
      resolve(false);
    };
    setTimeout(() => {
      resolve(false);
    }, patienceMs);
  });
  probe.data = googlePageUrl;
  document.body.append(probe);
  const there = await answer;
  probe.remove();
  return there;
}
