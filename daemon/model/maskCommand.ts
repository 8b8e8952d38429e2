/**
 * A command line or URL without its secrets, the same on every machine: what stands in a secret's place names the kind
 * of it and nothing of its value. Values of credential options, header words, user information and token formats.
 */
import { isCredentialName, ruleFor } from './credentialNames.ts';
import { judgeArgv } from './judgeArgv.ts';
import { plainPlaceholder } from './placeholder.ts';
import { FORMATS } from './secretFormats.ts';

/** A word as it may be shown, and the secrets that stood in it. */
export interface MaskedWords {
  readonly words: readonly string[];
  /** In the order of the words; the same one may stand here twice. */
  readonly secrets: readonly string[];
}

const VARIABLE = /^\$\{?[\w:.-]+\}?$|^%\w+%$|^\{env:\w+\}$/;

export function maskCommand(argv: readonly string[]): MaskedWords {
  const secrets: string[] = [];
  const verdicts = judgeArgv(argv);
  const words = argv.map((word, at) => {
    const verdict = verdicts[at];
    if (verdict) {
      secrets.push(word.slice(verdict.from));
      return word.slice(0, verdict.from) + plainPlaceholder(verdict.rule);
    }
    return maskText(word, secrets);
  });
  return { words, secrets };
}

/** @param secrets receives what was masked */
export function maskText(text: string, secrets: string[] = []): string {
  const take = (rule: string, secret: string) => {
    if (secret === '' || VARIABLE.test(secret) || /^<secret:/.test(secret)) return secret;
    secrets.push(secret);
    return plainPlaceholder(rule);
  };
  let masked = text.replace(
    /^((?:--?[\w-]+=)?([\w-]{1,80}):[ \t]*((?:Bearer|Basic|Token|Digest)[ \t]+)?)(\S[\s\S]*)$/i,
    (all, before: string, name: string, _scheme: string | undefined, value: string) =>
      isCredentialName(name) && !value.startsWith('//') ? before + take(ruleFor(name), value) : all,
  );
  masked = masked.replace(/(:\/\/[^/?#\s:@]*:)([^\s?#]*)@/g, (_, before: string, secret: string) => {
    return `${before}${take('url-password', secret)}@`;
  });
  masked = masked.replace(/(:\/\/)([^/?#\s:@]{16,})@/g, (all, before: string, user: string) =>
    /\d/.test(user) ? `${before}${take('url-password', user)}@` : all,
  );
  masked = masked.replace(/([?&]([\w.-]{1,80})=)([^&\s#]+)/g, (all, before: string, name: string, value: string) =>
    isCredentialName(name) || /^(?:key|sig|signature|code|auth|pass)$/i.test(name)
      ? before + take('url-query', value)
      : all,
  );
  for (const { rule, keywords, pattern } of FORMATS) {
    if (!keywords.some((keyword) => masked.includes(keyword))) continue;
    masked = masked.replace(pattern, (...match) => {
      const whole = String(match[0]);
      const groups: unknown = match.at(-1);
      const named = typeof groups === 'object' && groups !== null && 'secret' in groups ? String(groups.secret) : whole;
      return whole.replace(named, take(rule, named));
    });
  }
  return masked;
}

/** A URL without user information, and without the values of its query; a text that is no URL is masked as a text. */
export function maskUrl(url: string): string {
  const plain = url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1').replace(/#.*$/s, '');
  const [path = '', query] = plain.split(/\?(.*)/s);
  const names = query?.split('&').map((pair) => pair.split('=')[0]);
  return maskText(names === undefined ? path : `${path}?${names.join('&')}`);
}
