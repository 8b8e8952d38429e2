/** A setting's value for people: no secret, no value of a variable, no folder of this machine, at most 500 characters. */
import type { Plain } from '../model/configTree.ts';
import { isCredentialName, ruleFor } from '../model/credentialNames.ts';
import { maskCommand } from '../model/maskCommand.ts';
import { portable } from './homePath.ts';
import { isObject } from './readConfig.ts';
import type { CaptureRequest } from './request.ts';

type Asked = Pick<CaptureRequest, 'home' | 'root'>;

const CHARS = 500;
const KEY_CHARS = 300;
const LONGEST = 20_000;
const ITEMS = 200;
/** Members that hold values of variables, whatever they are called. */
const VALUES = /^(?:env|environment|envVars|headers|http_headers|variables|set)$/i;

export function settingText(value: Plain, asked: Asked): string {
  const text = typeof value === 'string' ? maskedText(value) : JSON.stringify(masked(value, 0));
  return cut(portable(text, asked));
}

/**
 * What a setting is called: `permissions.allow[Bash(npm:*)]`, at most 300 characters. Items may hold a secret, too: an
 * allowed command line is one.
 */
export function settingKey(key: string, item: string | null, asked: Asked): string {
  const whole = item === null ? maskedText(key) : `${maskedText(key)}[${maskedText(item)}]`;
  return cut(portable(whole, asked)).slice(0, KEY_CHARS);
}

function masked(value: Plain, depth: number): Plain {
  if (typeof value === 'string') return maskedText(value);
  if (depth > 20) return '…';
  if (Array.isArray(value)) {
    const items = value.slice(0, ITEMS);
    // A list of texts may be a command line, where a word tells what the next one is.
    return items.every((item) => typeof item === 'string')
      ? maskCommand(items).words.map(maskedText)
      : items.map((item) => masked(item, depth + 1));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.slice(0, 200), memberOf(name, member, depth + 1)]),
  );
}

function memberOf(name: string, value: Plain, depth: number): Plain {
  if (VALUES.test(name) && isObject(value)) return Object.keys(value).sort();
  if (isCredentialName(name) && typeof value === 'string') return `<secret:${ruleFor(name)}>`;
  return masked(value, depth);
}

/** A credential's name, then `:` or `=`, and a value of six characters and more; `token:*` is a rule and no secret. */
const ASSIGNED =
  /(?<![<\w.-])([A-Za-z][\w.-]{0,79})(["']?[ \t]*[:=][ \t]*(?:(?:Bearer|Basic|Token|Digest)[ \t]+)?["']?)([^\s"'()[\]{},;<>$*]{6,})/gi;
/** `curl -u name:password`. */
const USER = /(\s(?:-u|--user)[ =]+["']?[^\s:"']{1,80}:)([^\s"'$]+)/g;

const RULE = /^[\w.-]+:\W*$/;

/** A text may be a command line: judged as a whole, then word by word, its blanks kept. */
function maskedText(text: string): string {
  const assigned = text
    .slice(0, LONGEST)
    .replace(ASSIGNED, (all, name: string, between: string) =>
      isCredentialName(name) ? `${name}${between}<secret:${ruleFor(name)}>` : all,
    )
    .replace(USER, (_, before: string) => `${before}<secret:password>`);
  const parts = assigned.split(/(\s+)/);
  const { words } = maskCommand(parts.filter((_, at) => at % 2 === 0));
  // `token:*` as a word of its own is no header.
  return words
    .map((word, at) => (RULE.test(parts[at * 2] ?? '') ? parts[at * 2] : word) + (parts[at * 2 + 1] ?? ''))
    .join('');
}

function cut(text: string): string {
  return text.length <= CHARS ? text : `${text.slice(0, CHARS - 1)}…`;
}
