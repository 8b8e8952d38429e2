/**
 * What a harness version's id is taken of: its content in one spelling, whatever order its members came in. Words for
 * people, and what follows from content that counts already, are left out; so is what is null: nothing filled it yet.
 */
import type { HarnessVersion } from '../protocol/harness.ts';

type Member = Exclude<keyof HarnessVersion, 'harness_id'>;

/** Keys of a member's entries that do not count. */
const TOLD_ONLY: Partial<Record<Member, readonly string[]>> = {
  instruction_source: ['why', 'hidden', 'bytes'],
  // Tracked or not, a grant is the same grant.
  agent_settings: ['tracked'],
  servers: ['version_trap'],
  environment: ['named_by'],
  fixture_pack: ['source', 'bytes_total'],
};
/** The order of instructions is the order of reading. That of other lists is chance. */
const ORDERED: ReadonlySet<string> = new Set(['instruction_source']);

/** Canonical JSON: keys in order of code units, no spaces, no nulls. */
export function hashedPart(version: Omit<HarnessVersion, 'harness_id'>): string {
  const members: (readonly [Member, unknown])[] = [
    ['instruction_source', version.instruction_source],
    // Its digest covers every file, where there is one.
    ['fixture_pack', version.fixture_pack?.digest ? { ...version.fixture_pack, files: null } : version.fixture_pack],
    ['route_card', version.route_card],
    ['tool_contract', version.tool_contract],
    ['test_command', version.test_command],
    ['agent_settings', version.agent_settings],
    ['servers', version.servers],
    ['dependencies', version.dependencies],
    ['environment', version.environment],
  ];
  const told = members.flatMap(([name, value]) => {
    const text = canonical(value, new Set(TOLD_ONLY[name]), !ORDERED.has(name));
    return text === null ? [] : [`${JSON.stringify(name)}:${text}`];
  });
  return `{${told.sort().join(',')}}`;
}

/** @param sortLists lists of objects are sorted; those of words keep their order, which may be a command line */
function canonical(value: unknown, without: ReadonlySet<string>, sortLists: boolean): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) {
    const parts = value.map((one) => canonical(one, without, sortLists) ?? 'null');
    const isOfObjects = value.every((one) => typeof one === 'object' && one !== null);
    return `[${(sortLists && isOfObjects ? parts.sort() : parts).join(',')}]`;
  }
  if (typeof value !== 'object') return JSON.stringify(value);
  const parts = Object.entries(value)
    .filter(([key]) => !without.has(key))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([key, member]) => {
      const text = canonical(member, without, sortLists);
      return text === null ? [] : [`${JSON.stringify(key)}:${text}`];
    });
  return `{${parts.join(',')}}`;
}
