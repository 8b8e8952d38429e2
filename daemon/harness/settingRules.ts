/** Rows of settings out of one configuration file, by the rules of its agent. */
import { relative, resolve } from 'node:path';
import type { Plain } from '../model/configTree.ts';
import { globMatch } from '../model/globMatch.ts';
import type { AgentSetting } from '../protocol/harness.ts';
import { isIn } from './homePath.ts';
import { isObject } from './readConfig.ts';
import type { CaptureRequest } from './request.ts';
import type { SettingRule } from './settingRow.ts';
import { settingKey, settingText } from './settingText.ts';

export type FoundSetting = Pick<AgentSetting, 'kind' | 'key' | 'value' | 'authority'>;

/** Of one rule in one file. */
const LIMIT = 200;

/** A member that an earlier rule took is not taken by a later one. */
export function settingRules(value: Plain, rules: readonly SettingRule[], request: CaptureRequest): FoundSetting[] {
  const taken = new Set<string>();
  return rules.flatMap((rule) =>
    membersAt(value, rule.key === '' ? [] : rule.key.split('/'), [], request)
      .filter(({ path }) => !taken.has(path.join('/')))
      .flatMap(({ path, shown, value: found }) => {
        taken.add(path.join('/'));
        return rowsOf(rule, shown.join('.').replaceAll('.[', '['), found, request);
      })
      .slice(0, LIMIT),
  );
}

interface Member {
  readonly path: readonly string[];
  /** As `path`, folders of this machine by their signs. */
  readonly shown: readonly string[];
  readonly value: Plain;
}

function membersAt(value: Plain, way: readonly string[], path: readonly string[], request: CaptureRequest): Member[] {
  const walk = (at: Plain, left: readonly string[], gone: readonly string[], shown: readonly string[]): Member[] => {
    const [level, ...rest] = left;
    if (level === undefined) return [{ path: gone, shown, value: at }];
    if (!isObject(at)) return [];
    const names = /[*{]/.test(level) ? Object.keys(at).slice(0, LIMIT * 5) : Object.hasOwn(at, level) ? [level] : [];
    return names.flatMap((name) => {
      const sign = signOf(level, name, request);
      const member = at[name];
      return sign === null || member === undefined ? [] : walk(member, rest, [...gone, name], [...shown, sign]);
    });
  };
  return walk(value, way, path, []);
}

/** What a name is shown as where it fits the level; null where it does not. */
function signOf(level: string, name: string, request: CaptureRequest): string | null {
  if (level !== '{here}' && level !== '{above}') return globMatch(level, name) ? name : null;
  const sign = folderSign(name, request);
  return sign === null || (sign === '..' && level === '{here}') ? null : `[${sign}]`;
}

/** The root is `.`, the working directory its path from there, a folder above `..`; null for all others. */
function folderSign(path: string, { root, cwd }: CaptureRequest): string | null {
  const folder = resolve(root, path);
  if (folder === root) return '.';
  if (folder === cwd) return relative(root, cwd).replaceAll('\\', '/');
  return isIn(root, folder) ? '..' : null;
}

function rowsOf(rule: SettingRule, key: string, value: Plain, request: CaptureRequest): FoundSetting[] {
  const row = (name: string, item: string | null, shown: string): FoundSetting => ({
    kind: rule.kind,
    key: settingKey(name, item, request),
    value: shown,
    authority: grants(rule, shown) ? 'grant' : 'guidance',
  });
  const text = (one: Plain) => settingText(one, request);
  const members = isObject(value) ? Object.entries(value).slice(0, LIMIT) : [];
  switch (rule.shape) {
    case 'value':
      return [row(key, null, text(value))];
    case 'items': {
      const items = Array.isArray(value) ? value : isObject(value) ? [] : [value];
      return items.slice(0, LIMIT).map((item) => row(key, typeof item === 'string' ? item : text(item), text(item)));
    }
    case 'members':
      if (!isObject(value)) return [row(key, null, text(value))];
      return members.map(([name, member]) => row(key, name, text(member)));
    case 'names':
      if (!isObject(value)) return [row(key, null, 'set')];
      return members.map(([name]) => row(key === '' ? name : `${key}.${name}`, null, 'set'));
    case 'here': {
      const folders = Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
      const signs = folders.flatMap((folder) => folderSign(folder, request) ?? []);
      return [...new Set(signs)].map((sign) => row(key, sign, sign));
    }
    case 'hooks':
      return hookRows(value, (name, command) => row(`${key}${name}`, null, command));
    default:
      return rule.shape satisfies never;
  }

  function hookRows(hooks: Plain, make: (name: string, command: string) => FoundSetting): FoundSetting[] {
    if (!isObject(hooks)) return [];
    return Object.entries(hooks).flatMap(([event, entries]) => {
      const seen = new Map<string, number>();
      return commandsOf(entries, null, 0).map(({ matcher, command }) => {
        const name = `.${event}${matcher === null ? '' : `[${matcher}]`}`;
        const count = (seen.get(name) ?? 0) + 1;
        seen.set(name, count);
        return make(count === 1 ? name : `${name} ${count}`, text(command));
      });
    });
  }
}

function grants({ grants: rule }: SettingRule, value: string): boolean {
  return typeof rule === 'boolean' ? rule : rule.test(value);
}

/** Every agent nests them in its own way, and calls the command the same few names. */
const COMMANDS = ['command', 'bash', 'powershell', 'windows', 'linux', 'osx', 'url', 'prompt', 'script'];

function commandsOf(value: Plain, matcher: string | null, depth: number): { matcher: string | null; command: Plain }[] {
  if (depth > 6) return [];
  if (Array.isArray(value)) return value.slice(0, LIMIT).flatMap((item) => commandsOf(item, matcher, depth + 1));
  if (typeof value === 'string') return depth > 0 ? [{ matcher, command: value }] : [];
  if (!isObject(value)) return [];
  const inner = typeof value.matcher === 'string' && value.matcher !== '' ? value.matcher : matcher;
  const own = COMMANDS.flatMap((name) => {
    const command = Object.hasOwn(value, name) ? value[name] : undefined;
    if (typeof command !== 'string') return Array.isArray(command) ? [{ matcher: inner, command }] : [];
    const words = Array.isArray(value.args) ? [command, ...value.args] : [];
    return [{ matcher: inner, command: words.length > 0 ? words : command }];
  });
  const nested = Object.entries(value).flatMap(([name, member]) =>
    COMMANDS.includes(name) || typeof member !== 'object' || name === 'env' || name === 'args'
      ? []
      : commandsOf(member, inner, depth + 1),
  );
  return [...own, ...nested];
}
