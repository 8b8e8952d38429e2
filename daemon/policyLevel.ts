/** What one settings file says of policy, with the place of every word; its mistakes in sentences for people. */
import type { Files } from './harness/files.ts';
import { memberOf } from './model/configTree.ts';
import { placesIn, type ReadSettings, readSettings } from './model/readSettings.ts';
import type { Origin, PolicySettings } from './protocol/policy.ts';

export interface PolicyLevel {
  readonly settings: PolicySettings;
  /** By JSON pointer, as PolicyFile has them. */
  readonly origins: Record<string, Origin>;
}

/** Every proxy reads what comes of it. */
const SETTINGS_BYTES = 128 * 1024;
const ORIGINS = 5000;

export const NOTHING_SAID: PolicyLevel = { settings: {}, origins: {} };

/** What a file says; null where that cannot be told, which is said. */
export function levelOf(
  files: Pick<Files, 'read'>,
  path: string,
  within: string,
  from: 'user' | 'repository',
  problems: string[],
): PolicyLevel | null {
  const read = files.read(path, within, SETTINGS_BYTES);
  if (read.kind === 'absent') return NOTHING_SAID;
  const stays = 'what it said before goes on counting';
  if (read.kind === 'refused' || read.cut) {
    problems.push(`${path} ${read.kind === 'refused' ? read.reason : 'is larger than 128 KiB'}; ${stays}.`);
    return null;
  }
  const settings = readSettings(read.text);
  if (settings.kind === 'broken') {
    problems.push(`${path}: ${settings.reason}; ${stays}.`);
    return null;
  }
  for (const { member, sentence } of settings.mistakes)
    problems.push(
      `${path}: ${sentence}${['harness', 'prices', 'servers', 'redact'].includes(member) ? '' : `; ${stays}`}.`,
    );
  if (from === 'repository') problems.push(...inVain(settings, read.text).map((sentence) => `${path}: ${sentence}`));
  if (settings.policy === null) return null;
  const origins = Object.entries(settings.places)
    .slice(0, ORIGINS)
    .map(([pointer, place]) => [pointer, { from, file: path, ...place }]);
  return { settings: settings.policy, origins: Object.fromEntries(origins) };
}

/** What only the user's own file can say: a repository that says it is told so, and nothing comes of it. */
const USERS_OWN = {
  prices: 'what calls cost',
  servers: 'how servers’ tools behave',
  redact: 'what bundles leave out',
} as const;

function inVain({ root }: Extract<ReadSettings, { kind: 'read' }>, text: string): string[] {
  const placeOf = placesIn(text);
  return Object.entries(USERS_OWN).flatMap(([name, what]) => {
    const member = root && memberOf(root, name);
    if (!member) return [];
    const { line, column } = placeOf(member.keySpan.start);
    return [`"${name}" (line ${line}, column ${column}) says ${what}; a repository cannot, and it counts for nothing.`];
  });
}
