/** Finds the secrets in URLs: the password in `user:password@`, a token in the user's place, and signed query values. */

import { isPlaceholder } from '../model/placeholder.ts';
import { type Finding, WEIGHT } from './finding.ts';

const AUTHORITY = /[^\s"'`<>\\]{1,1024}/y;
const QUERY =
  /[?&](?:sig|signature|x-amz-signature|x-amz-credential|x-goog-signature|x-goog-credential|code|key|auth|hmac|sas|ticket|assertion|client_assertion|saml(?:request|response))=(?<secret>[^&\s"'`<>\\#]{8,4096})/dgi;

function isLiteral(secret: string): boolean {
  return secret !== '' && !/^(?:\$|%\(|<|\{|\*+$|x+$|\.\.\.)/i.test(secret) && !isPlaceholder(secret);
}

/** Where the user information of an authority ends, or -1. A password may hold `/` and `@`. */
function endOfUserInfo(rest: string): number {
  const authority = /^[^/?#]*/.exec(rest)![0];
  const at = authority.lastIndexOf('@');
  if (at >= 0) return at;
  // `user:pass/word@host`: after the first colon stands no port.
  return /^[^/?#:@]+:(?!\d{1,5}(?:[/?#]|$))[^@?#]{1,200}@/.test(rest) ? rest.indexOf('@') : -1;
}

export function scanUrls(text: string, into: Finding[]): void {
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    AUTHORITY.lastIndex = at + 3;
    const rest = AUTHORITY.exec(text)?.[0];
    const end = rest === undefined ? -1 : endOfUserInfo(rest);
    if (rest === undefined || end <= 0) continue;
    const colon = rest.slice(0, end).indexOf(':');
    const secret = rest.slice(colon + 1, end);
    // Without a colon the whole may be a token (`https://TOKEN@host`) or a mere user name (`git@host`).
    if (colon < 0 && !(secret.length >= 16 && /\d/.test(secret))) continue;
    if (!isLiteral(secret)) continue;
    const start = at + 3 + colon + 1;
    into.push({ start, end: start + secret.length, rule: 'url-password', weight: WEIGHT.context });
  }
  if (!text.includes('=') || text.search(QUERY) < 0) return;
  for (const match of text.matchAll(QUERY)) {
    const [start, end] = match.indices!.groups!.secret!;
    if (isLiteral(match.groups!.secret!)) into.push({ start, end, rule: 'url-query', weight: WEIGHT.context });
  }
}
