/** A message for a reason why no account was connected. docs/clients.md lists the reasons. */
export function connectErrorWords(reason: string): string {
  return connectErrors[reason] ?? "Google Calendar could not be connected. Please try again.";
}

const connectErrors: Readonly<Record<string, string>> = {
  access_denied: "Nothing was connected: access was declined on Google's page.",
  missing_scopes: "Google Calendar needs every box on the consent page ticked. Please connect again.",
  no_refresh_token: "Google did not grant lasting access. Please connect again.",
  code_rejected: "That consent was already used or has expired. Please connect again.",
  identity_rejected: "Google's answer could not be verified, so nothing was connected.",
  try_again: "Google did not answer just now. Please try again in a moment.",
  disconnecting: "That account is still being removed. Connect it again in a moment.",
};
