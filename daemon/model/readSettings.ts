/**
 * Reads a settings file (protocol/settings.ts): what it says of policy with the place of each word, and every mistake
 * with its line and column. A policy with a mistake in it counts for nothing: what counts instead is for the caller.
 */
import type { PolicySettings } from '../protocol/policy.ts';
import { type Prices, type RedactRule, RedactSettings, Settings, settingNames } from '../protocol/settings.ts';
import type { ServerSettings } from '../protocol/toolSettings.ts';
import { type ConfigNode, memberOf, plainOf } from './configTree.ts';
import { nearest } from './nearest.ts';
import { parseJsonc } from './parseJsonc.ts';

export interface Place {
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

export interface SettingsMistake extends Place {
  /** For people, with the place: `"policy.mod" is no setting; did you mean "mode"? (line 3, column 5)`. */
  readonly sentence: string;
  /** The member of the file's top level that it stands in. */
  readonly member: string;
}

export type ReadSettings =
  /** `reason` names line and column. */
  | { readonly kind: 'broken'; readonly reason: string }
  | {
      readonly kind: 'read';
      readonly root: ConfigNode | null;
      /** Empty where the file says nothing; null where it has a mistake outside of what stands beside policy. */
      readonly policy: PolicySettings | null;
      /** Empty where the file says nothing, or says it with a mistake. */
      readonly prices: Prices;
      /** How servers' tools behave; empty as well. */
      readonly servers: Readonly<Record<string, ServerSettings>>;
      /** The rules for bundles; null where there is a mistake in them. */
      readonly redact: readonly RedactRule[] | null;
      /** By JSON pointer within `policy`, of every value in it. */
      readonly places: Readonly<Record<string, Place>>;
      readonly mistakes: readonly SettingsMistake[];
    };

const MISTAKES = 20;
const BESIDE_POLICY: ReadonlySet<string> = new Set(['harness', 'prices', 'servers', 'redact']);

/** Never throws. An empty file says nothing. */
export function readSettings(text: string): ReadSettings {
  try {
    return read(text);
  } catch {
    // The parsers call themselves for every level.
    return { kind: 'broken', reason: 'it is nested too deep' };
  }
}

function read(text: string): ReadSettings {
  if (text.replace(/^\uFEFF/, '').trim() === '')
    return { kind: 'read', root: null, policy: {}, prices: {}, servers: {}, redact: [], places: {}, mistakes: [] };
  const config = parseJsonc(text);
  if (config.kind === 'broken') return config;
  const { root } = config;
  const placeOf = placesIn(text);
  const mistakes = [...repeats(root, [], placeOf), ...mistakesOf(root, placeOf)].slice(0, MISTAKES);
  const parsed = Settings.safeParse(plainOf(root));
  const sound = mistakes.every(({ member }) => BESIDE_POLICY.has(member));
  const places: Record<string, Place> = {};
  const policyNode = memberOf(root, 'policy')?.value;
  if (policyNode) collectPlaces(policyNode, '', placeOf, places);
  const policy = parsed.success ? (parsed.data.policy ?? {}) : policyBeside(root);
  return {
    kind: 'read',
    root,
    policy: sound ? policy : null,
    prices: pricesOf(root, mistakes),
    servers: serversOf(root, mistakes),
    redact: redactOf(root, mistakes),
    places,
    mistakes,
  };
}

function pricesOf(root: ConfigNode, mistakes: readonly SettingsMistake[]): Prices {
  const said = memberOf(root, 'prices');
  if (!said || mistakes.some(({ member }) => member === 'prices')) return {};
  return Settings.safeParse({ prices: plainOf(said.value) }).data?.prices ?? {};
}

function serversOf(root: ConfigNode, mistakes: readonly SettingsMistake[]): Readonly<Record<string, ServerSettings>> {
  const said = memberOf(root, 'servers');
  if (!said || mistakes.some(({ member }) => member === 'servers')) return {};
  return Settings.safeParse({ servers: plainOf(said.value) }).data?.servers ?? {};
}

/** Null where there is a mistake in it, or the file cannot be trusted to mean what it says. */
function redactOf(root: ConfigNode, mistakes: readonly SettingsMistake[]): readonly RedactRule[] | null {
  const said = memberOf(root, 'redact');
  if (!said) return [];
  const parsed = RedactSettings.safeParse(plainOf(said.value));
  return parsed.success && mistakes.every(({ member }) => member !== 'redact') ? (parsed.data.rules ?? []) : null;
}

/** What it says of policy alone. */
function policyBeside(root: ConfigNode): PolicySettings | null {
  const said = memberOf(root, 'policy');
  const parsed = Settings.safeParse(said ? { policy: plainOf(said.value) } : {});
  return parsed.success ? (parsed.data.policy ?? {}) : null;
}

/** Line and column of an offset. */
export function placesIn(text: string): (offset: number) => Place {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [line, beyond] = [0, starts.length];
    while (beyond - line > 1) {
      const middle = (line + beyond) >> 1;
      if ((starts[middle] ?? 0) <= offset) line = middle;
      else beyond = middle;
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}

/** A JSON pointer (RFC 6901) of these steps. */
export function pointerOf(steps: readonly PropertyKey[]): string {
  return steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

type PlaceOf = (offset: number) => Place;

function mistakesOf(root: ConfigNode, placeOf: PlaceOf): SettingsMistake[] {
  const issues = Settings.safeParse(plainOf(root)).error?.issues ?? [];
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const near = nearest(key, settingNames(issue.path));
        const meant = near === null ? '' : `; did you mean ${JSON.stringify(near)}?`;
        return mistake(root, [...issue.path, key], `is no setting of Callgrove${meant}`, placeOf);
      });
    }
    // A key that is missing is missed where its object stands.
    return [mistake(root, issue.path, `is wrong: ${issue.message}`, placeOf)];
  });
}

function mistake(root: ConfigNode, path: readonly PropertyKey[], what: string, placeOf: PlaceOf): SettingsMistake {
  const place = placeOf(nodeAt(root, path));
  const name = path.length === 0 ? 'The file' : JSON.stringify(path.map(String).join('.'));
  const member = String(path[0] ?? '');
  return { ...place, member, sentence: `${name} ${what} (line ${place.line}, column ${place.column})` };
}

/** What two of a name mean differs from reader to reader. */
function repeats(node: ConfigNode, path: readonly string[], placeOf: PlaceOf): SettingsMistake[] {
  if (node.kind === 'array') return node.items.flatMap((item, index) => repeats(item, [...path, `${index}`], placeOf));
  if (node.kind !== 'object') return [];
  const seen = new Set<string>();
  return node.members.flatMap(({ key, keySpan, value }) => {
    const below = repeats(value, [...path, key], placeOf);
    if (!seen.has(key)) {
      seen.add(key);
      return below;
    }
    const place = placeOf(keySpan.start);
    const name = JSON.stringify([...path, key].join('.'));
    const sentence = `${name} stands there twice (line ${place.line}, column ${place.column})`;
    return [{ ...place, member: path[0] ?? key, sentence }, ...below];
  });
}

/** Where the key of the last step stands, or the item; of what is missing, the nearest there is. */
function nodeAt(root: ConfigNode, path: readonly PropertyKey[]): number {
  let node = root;
  let start = root.start;
  for (const step of path) {
    const member = memberOf(node, String(step));
    const item = node.kind === 'array' && typeof step === 'number' ? node.items[step] : undefined;
    const next = member?.value ?? item;
    if (!next) break;
    start = member?.keySpan.start ?? next.start;
    node = next;
  }
  return start;
}

function collectPlaces(node: ConfigNode, pointer: string, placeOf: PlaceOf, into: Record<string, Place>): void {
  if (node.kind === 'array') {
    for (const [index, item] of node.items.entries()) {
      into[`${pointer}/${index}`] = placeOf(item.start);
      collectPlaces(item, `${pointer}/${index}`, placeOf, into);
    }
  } else if (node.kind === 'object') {
    for (const { key, keySpan, value } of node.members) {
      const below = pointer + pointerOf([key]);
      into[below] = placeOf(keySpan.start);
      collectPlaces(value, below, placeOf, into);
    }
  }
}
