/**
 * What `.callgrove.jsonc` says of the harness: folders of test data, the test command, the set-up command. The user's
 * own file goes before the repository's, which is guidance: its commands are shown with their source and run only where
 * somebody asks for them. A mistake costs the one setting and is told with its place.
 */
import { join } from 'node:path';
import { REPOSITORY_SETTINGS, userSettings } from '../base/places.ts';
import { type ConfigMember, type ConfigNode, memberOf, stringsOf } from '../model/configTree.ts';
import { nearest } from '../model/nearest.ts';
import { placesIn, readSettings } from '../model/readSettings.ts';
import { settingNames } from '../protocol/settings.ts';
import type { Files } from './files.ts';
import type { CaptureRequest, HarnessSettings } from './request.ts';
import { variableOf } from './resolveProgram.ts';

const NAMES = settingNames(['harness']);
const FIXTURES_MAX = 50;
const COMMAND_CHARS = 2000;

export interface ReadSettings {
  readonly settings: HarnessSettings;
  /** One sentence for each file or setting that could not be used. */
  readonly missing: readonly string[];
}

interface Level {
  readonly fixtures: readonly string[];
  readonly test: string | null;
  readonly setup: string | null;
}

type Asked = Pick<CaptureRequest, 'root' | 'home' | 'platform' | 'environment'>;

/** Where the user's own settings stand on this platform. */
export function userSettingsFile({ home, platform, environment }: Omit<Asked, 'root'>): string {
  return userSettings(platform, home, variableOf(environment.plain, 'APPDATA', platform), join);
}

export function readHarnessSettings(asked: Asked, files: Files): ReadSettings {
  const missing: string[] = [];
  const user = readLevel(userSettingsFile(asked), asked.home, '~/.config/callgrove.jsonc', files, missing);
  const repository = readLevel(join(asked.root, REPOSITORY_SETTINGS), asked.root, REPOSITORY_SETTINGS, files, missing);
  const choose = (key: 'test' | 'setup') => {
    const command = user[key] ?? repository[key];
    const source = user[key] === null ? REPOSITORY_SETTINGS : "the user's callgrove.jsonc";
    return command === null ? null : { command, source: `${source} harness.${key}` };
  };
  return {
    settings: {
      fixtures: [...new Set([...user.fixtures, ...repository.fixtures])],
      testCommand: choose('test'),
      setupCommand: choose('setup'),
    },
    missing,
  };
}

function readLevel(path: string, within: string, shown: string, files: Files, missing: string[]): Level {
  const none: Level = { fixtures: [], test: null, setup: null };
  const read = files.read(path, within);
  if (read.kind === 'absent') return none;
  if (read.kind === 'refused' || read.cut) {
    missing.push(`${shown} was not read: it ${read.kind === 'refused' ? read.reason : 'is larger than 1 MiB'}`);
    return none;
  }
  const settings = readSettings(read.text);
  if (settings.kind === 'broken') {
    missing.push(`${shown} was not read: ${settings.reason}`);
    return none;
  }
  const placeOf = placesIn(read.text);
  const say = (what: string, node: ConfigNode) => {
    const { line, column } = placeOf(node.start);
    missing.push(`${shown}: ${what} (line ${line}, column ${column})`);
  };
  const harness = memberOf(settings.root ?? undefined, 'harness');
  if (!harness) return none;
  if (harness.value.kind !== 'object') {
    say('"harness" is no object', harness.value);
    return none;
  }
  for (const { key, value } of harness.value.members) {
    if (NAMES.includes(key)) continue;
    const near = nearest(key, NAMES);
    say(`"harness.${key}" is no setting of Callgrove${near === null ? '' : `; did you mean "${near}"?`}`, value);
  }
  return {
    fixtures: foldersOf(memberOf(harness.value, 'fixtures'), say),
    test: commandOf('test', memberOf(harness.value, 'test'), say),
    setup: commandOf('setup', memberOf(harness.value, 'setup'), say),
  };
}

type Say = (what: string, node: ConfigNode) => void;

/** Relative folders that stay below the root. */
function foldersOf(member: ConfigMember | undefined, say: Say): readonly string[] {
  if (!member) return [];
  const strings = stringsOf(member.value);
  if (!strings) {
    say('"harness.fixtures" is no list of folders', member.value);
    return [];
  }
  return strings.slice(0, FIXTURES_MAX).flatMap((node) => {
    const folder = node.value.replaceAll('\\', '/').replace(/^\.\//, '').replace(/\/+$/, '');
    const stays = folder !== '' && !/^(?:\/|[a-z]:|~)/i.test(folder) && !folder.split('/').includes('..');
    if (!stays)
      say(`"harness.fixtures" names ${JSON.stringify(node.value)}, which is no folder below the workspace`, node);
    return stays ? [folder] : [];
  });
}

function commandOf(key: string, member: ConfigMember | undefined, say: Say): string | null {
  if (!member) return null;
  const { value } = member;
  if (value.kind === 'string' && value.value.trim() !== '' && value.value.length <= COMMAND_CHARS)
    return value.value.trim();
  say(`"harness.${key}" is no command line`, value);
  return null;
}
