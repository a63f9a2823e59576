import { stackPorts } from "./stack-ports.ts";

/** Where the local Google Calendar of the demo shows its own page. */
export const googlePageUrl = `http://127.0.0.1:${stackPorts(location.port, import.meta.env.DEV).googleCalendar}/`;

const patienceMs = 5000;

/**
 * Whether it is there. Scripts may not read another origin's status; an `object` element tells all the same, because it
 * fails for an error page, where a frame would show it.
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
