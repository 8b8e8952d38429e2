/**
 * The few headers of a refusal that say why, how many requests are allowed and when to come back: recorded with their values, because no fingerprint
 * could tell. None of them is a credential; what a challenge carries beyond RFC 6750's words is left out.
 */
import type { IncomingHttpHeaders } from 'node:http';

const TIMES = [
  'retry-after',
  'retry-after-ms',
  'ratelimit',
  'ratelimit-policy',
  ...['ratelimit', 'x-ratelimit', 'x-rate-limit'].flatMap((name) =>
    ['limit', 'remaining', 'reset'].map((of) => `${name}-${of}`),
  ),
];

const MAX_CHARS = 100;
/** Numbers, dates and names of limits: nothing that a secret would look like. */
const PLAIN = /^[\w "=;:,.+-]{1,100}$/;

/** Empty for an answer that is no refusal. */
export function toldByAnswer(status: number, headers: IncomingHttpHeaders): Record<string, string> {
  const told: Record<string, string> = {};
  if (status < 400) return told;
  for (const name of TIMES) {
    const value = headers[name];
    if (typeof value === 'string' && value.length <= MAX_CHARS && PLAIN.test(value)) told[name] = value;
  }
  const challenge = challengeWords(headers['www-authenticate']);
  if (challenge) told['www-authenticate'] = challenge;
  return told;
}

/** `error`, `scope` and the description's words, without anything long enough to be a token. */
function challengeWords(header: string | undefined): string {
  const text = (header ?? '').slice(0, 4096);
  return ['error', 'error_description', 'scope']
    .flatMap((name) => {
      const value = new RegExp(`\\b${name}="([^"]{1,300})"`).exec(text)?.[1];
      const words = value
        ?.split(' ')
        .filter((word) => word.length <= (name === 'scope' ? 80 : 24))
        .join(' ');
      return words ? [`${name}="${words}"`] : [];
    })
    .join(', ');
}
