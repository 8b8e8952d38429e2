/** A setting's value for people: no secret, no value of a variable, no folder of this machine, at most 500 characters. */
import type { Plain } from '../model/configTree.ts';
import { isCredentialName, ruleFor } from '../model/credentialNames.ts';
import { maskCommand } from '../model/maskCommand.ts';
import { portable } from './homePath.ts';
import { isObject } from './readConfig.ts';
import type { CaptureRequest } from './request.ts';

type Asked = Pick<CaptureRequest, 'home' | 'root'>;

const CHARS = 500;
const LONGEST = 20_000;
const ITEMS = 200;
/** Members that hold values of variables, whatever they are called. */
const VALUES = /^(?:env|environment|envVars|headers|http_headers|variables|set)$/i;

export function settingText(value: Plain, asked: Asked): string {
  const text = typeof value === 'string' ? maskedText(value) : JSON.stringify(masked(value, 0));
  return cut(portable(text, asked));
}

/** Names may hold a secret, too: an allowed command line is one. */
export function settingKey(key: string, asked: Asked): string {
  return cut(portable(maskedText(key), asked)).slice(0, 300);
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

/** A text may be a command line: judged word by word, its blanks kept. */
function maskedText(text: string): string {
  const parts = text.slice(0, LONGEST).split(/(\s+)/);
  const { words } = maskCommand(parts.filter((_, at) => at % 2 === 0));
  return words.map((word, at) => word + (parts[at * 2 + 1] ?? '')).join('');
}

function cut(text: string): string {
  return text.length <= CHARS ? text : `${text.slice(0, CHARS - 1)}…`;
}
