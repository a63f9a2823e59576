/** The normalised address if it is an http(s) address. Undefined otherwise, because other addresses could run code. */
export function safeUrl(address: string): string | undefined {
  const url = URL.parse(address);
  return url?.protocol === "https:" || url?.protocol === "http:" ? url.href : undefined;
}

/** The normalised address if it is an https address. */
export function httpsUrl(address: string): string | undefined {
  const url = safeUrl(address);
  return url?.startsWith("https:") === true ? url : undefined;
}

/** An address that joins a meeting: https, a phone number (RFC 3966) or a SIP address (RFC 3261). */
export function callAddress(address: string): string | undefined {
  if (/^tel:\+?[\d().,;#*-]+$/.test(address)) return address;
  if (/^sips?:[^\s<>"']+$/.test(address)) return address;
  return httpsUrl(address);
}
