/** The contents of the consent page. */
export interface ConsentPage {
  users: readonly { email: string; name: string }[];
  scopes: readonly string[];
  clientId: string;
  loginHint: string | undefined;
  message: string | undefined;
}

/** Escapes text for HTML content and attributes. */
function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

const STYLE = `
:root{color-scheme:light dark;--line:#8884;--accent:#1a73e8}
body{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem}
fieldset{border:1px solid var(--line);border-radius:.75rem;padding:1rem;margin:0 0 1rem;min-width:0}
code{overflow-wrap:anywhere}
label{display:flex;gap:.5rem;padding:.35rem 0}
input[type=email]{font:inherit;padding:.4rem .6rem;width:100%;box-sizing:border-box}
button{font:inherit;padding:.5rem 1.25rem;border-radius:.5rem;border:1px solid var(--line);cursor:pointer}
button[value=allow]{background:var(--accent);color:#fff;border-color:var(--accent)}
[role=alert]{border-left:4px solid #c5221f;padding:.5rem .75rem;margin:0 0 1rem}
small{opacity:.75}`;

/** The consent page: a form that works without JavaScript, so a script can post it. */
export function consentPage(page: ConsentPage): string {
  const users = page.users
    .map((user, index) => {
      const checked =
        page.loginHint === undefined ? index === 0 : user.email === page.loginHint.toLowerCase();
      const email = escapeHtml(user.email);
      return `<label><input type="radio" name="email" value="${email}"${checked ? " checked" : ""}> <span>${escapeHtml(user.name)} <small>${email}</small></span></label>`;
    })
    .join("\n");
  const message = page.message === undefined ? "" : `<p role="alert">${escapeHtml(page.message)}</p>`;
  const scopes = page.scopes.map(scope => `<li><code>${escapeHtml(scope)}</code></li>`).join("");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in – Google Calendar emulator</title><style>${STYLE}</style></head>
<body><main>
<h1>Choose an account</h1>
<p>to continue to <strong>${escapeHtml(page.clientId)}</strong>. <small>This is the local emulator, not Google.</small></p>
${message}
<form method="post">
<fieldset><legend>Accounts</legend>
${users === "" ? "<p>There are no users yet.</p>" : users}
<label for="other"><span>Another account</span></label>
<input id="other" type="email" name="other" autocomplete="off" placeholder="someone@example.com">
</fieldset>
<fieldset><legend>It wants to</legend><ul>${scopes}</ul></fieldset>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>
</main></body></html>`;
}

/** The error page for a request that Google refuses before it shows an account. */
export function consentErrorPage(code: string, message: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Error 400: ${escapeHtml(code)}</title><style>${STYLE}</style></head>
<body><main><h1>Access blocked</h1><p role="alert">Error 400: ${escapeHtml(code)}</p><p>${escapeHtml(message)}</p></main></body></html>`;
}
