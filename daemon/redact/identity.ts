/**
 * Finds who and where: the user's home folder, their name, the machine's name, and e-mail addresses. A name that is an
 * ordinary word counts only where it can be no other: in a path below where homes lie, before `@`, or beside `user`.
 */
import { charKind, isOfKind } from '../model/longRuns.ts';
import { type Finding, WEIGHT } from './finding.ts';
import type { Scan } from './scanText.ts';

export interface Identity {
  /** Absolute paths. */
  readonly homes: readonly string[];
  readonly users: readonly string[];
  readonly hosts: readonly string[];
}

/** Names of accounts and machines that name nobody, and given names that are words as well. */
const ORDINARY = new Set(
  (
    'root admin administrator user users guest nobody node ubuntu debian fedora centos alpine test tester testing dev developer ' +
    'git docker vscode runner codespace codespaces workspace build builder ci app web www www-data server service system daemon ' +
    'default public shared home local localhost postgres mysql redis nginx ec2-user azureuser vagrant pi jenkins gitlab github ' +
    'mark will bill art pat ray rich grant drew guy rob sue jack faith hope grace joy may june april august max dean dale earl ' +
    'frank gene jean jay jude lance lane miles nick norm paul peter rose ruby sage skip stew tad ted tom tony victor wade ward ' +
    'angel amber ash autumn basil bob brook carol chase clay cliff crystal dash dawn dot eve fern ginger heather iris ivy jade ' +
    'jasmine josh lily mercy olive opal pearl penny poppy reed robin sandy star sky summer sunny terry violet win wren laptop ' +
    'desktop macbook computer host machine container raspberrypi archlinux kali'
  ).split(' '),
);

/** Addresses that are nobody's: of documentation, of programs, and what only looks like one. */
const NOBODY =
  /^(?:git|noreply|no-reply|donotreply|actions|npm|hg|svn)@|@(?:[\w-]+\.)*(?:example|test|invalid|localhost|local)(?:\.(?:com|org|net|edu))?$|@users\.noreply\.github\.com$/i;
const EMAIL =
  /[A-Za-z0-9][\w.+%-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,6}[A-Za-z]{2,18}(?![\w-]|\.\w)/y;
const LOCAL_CHARS = 64;

const LOCAL = charKind(/[\w.+%-]/);
/** `icon@2x.png`, `pkg@next.js`: a file, not a domain. */
const FILE =
  /\.(?:png|jpe?g|gif|svg|webp|ico|css|s[ac]ss|[cm]?[jt]sx?|json|md|txt|map|html?|ya?ml|toml|lock|py|rs|go|sh|zip|gz|tgz)$/i;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
/** A path with either slash, escaped up to eight times. */
const pathPattern = (path: string): string =>
  path
    .split(/[\\/]+/)
    .filter((part, index) => part !== '' || index === 0)
    .map(escaped)
    .join('(?:\\\\{0,8}\\/|\\\\{1,16})');

/** What a name or a path cannot be without, in lower case; null where it has signs that fold in ways of their own. */
const certainPart = (name: string): string | null => {
  const longest = name.split(/[\\/]+/).reduce((one, other) => (other.length > one.length ? other : one), '');
  return longest !== '' && /^[\x20-\x7e]+$/.test(longest) ? longest.toLowerCase() : null;
};

export function createIdentityScan({ homes, users, hosts }: Identity): Scan {
  const parts: string[] = [];
  const certain: (string | null)[] = [];
  const home = [...new Set(homes)].filter((path) => /[\\/][^\\/]+/.test(path)).sort((a, b) => b.length - a.length);
  certain.push(...home.map(certainPart));
  if (home.length > 0) parts.push(`(?<home>(?<![\\w~.-])(?:${home.map(pathPattern).join('|')})(?![\\w-]|\\.\\w))`);
  const named = (names: readonly string[], rule: string) => {
    const distinct = [...new Set(names)].filter((name) => name.length >= 2 && /[A-Za-z]/.test(name));
    const own = distinct
      .filter((name) => name.length >= 3 && !ORDINARY.has(name.toLowerCase()))
      .sort((a, b) => b.length - a.length);
    certain.push(...own.map(certainPart));
    if (own.length > 0) {
      parts.push(`(?<${rule}>(?<![A-Za-z0-9])(?:${own.map(escaped).join('|')})(?![A-Za-z0-9]))`);
    }
    return distinct.filter((name) => !own.includes(name));
  };
  named(hosts, 'host');
  const commonNames = named(users, 'user').filter((name) => name !== 'root');
  certain.push(...commonNames.map(certainPart));
  const common = commonNames.map(escaped).join('|');
  if (common !== '') {
    parts.push(
      `(?<=(?:\\/home|\\/Users|[A-Za-z]:\\\\{1,8}Users|\\/var\\/folders)(?:\\/|\\\\{1,8}))(?<common>${common})(?![\\w-])`,
    );
  }
  const pattern = parts.length > 0 ? new RegExp(parts.join('|'), 'gi') : null;
  const mayMatch = (text: string): boolean => {
    const lower = text.toLowerCase();
    return certain.some((part) => part === null || lower.includes(part));
  };
  return (text, into) => {
    if (pattern && mayMatch(text)) {
      for (const { 0: all, index, groups } of text.matchAll(pattern)) {
        const rule = groups?.home !== undefined ? 'home' : groups?.host !== undefined ? 'host' : 'user';
        into.push({ start: index, end: index + all.length, rule, weight: WEIGHT.context });
      }
    }
    if (text.includes('@')) scanEmails(text, into);
  };
}

/** Looks around each `@`: an address begins where the run of characters before it does. */
export function scanEmails(text: string, into: Finding[]): void {
  let before = 0;
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let index = at;
    while (index > 0 && at - index <= LOCAL_CHARS && isOfKind(text, index - 1, LOCAL)) index--;
    if (index < before || index === at || at - index > LOCAL_CHARS) continue;
    EMAIL.lastIndex = index;
    const address = EMAIL.exec(text)?.[0];
    if (address === undefined) continue;
    before = index + address.length;
    if (NOBODY.test(address) || FILE.test(address)) continue;
    // `https://user:word@host.example`: what stands before `@` is the URL's own business.
    if (text.slice(Math.max(0, index - 80), index).match(/:\/\/[^\s/]*$/)) continue;
    into.push({ start: index, end: index + address.length, rule: 'email', weight: WEIGHT.context });
  }
}
