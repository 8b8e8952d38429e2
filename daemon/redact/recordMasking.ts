/**
 * Masks records that are alike, member by member: a member that says what it said in a record before is not looked at
 * again, and is handed out as the same value, so that whoever writes the records sees at once what is equal.
 */
import type { Json } from '../model/json.ts';

/** Told of each finding: by which rule, and where in the record. */
export type Tell = (rule: string, where: string) => void;

type Members = { readonly [name: string]: Json };

export interface MaskedRecord {
  readonly value: Members;
  /** The value's JSON. */
  readonly json: string;
}

interface Member {
  readonly name: string;
  readonly item: Json;
  /** The item's JSON. */
  readonly text: string;
  /** What became of them. */
  readonly after: string;
  readonly value: Json;
  /** `"name":value`, as masked. */
  readonly json: string;
  readonly found: readonly (readonly [rule: string, where: string])[];
}

/** Of each member so many texts are remembered, and none that is longer: most say the same in nearly every record. */
const REMEMBERED = 64;
const REMEMBERED_CHARS = 4000;

/**
 * @param mask masks an object of one member, which is judged by its own name alone
 * @returns masks one record; what is found is told each time, remembered or not
 */
export function createRecordMasking(mask: (one: Members, tell: Tell) => Json) {
  const memo = new Map<string, Map<string, Member>>();
  let before: readonly Member[] = [];
  const look = (name: string, item: Json, text: string): Member => {
    const found: [string, string][] = [];
    const one = mask({ [name]: item }, (rule, where) => found.push([rule, where]));
    const [[after, value] = [name, item] as const] = Object.entries(one ?? {});
    const json = `${JSON.stringify(after)}:${value === item ? text : JSON.stringify(value)}`;
    return { name, item, text, after, value, json, found };
  };
  const memberOf = (name: string, item: Json, text: string): Member => {
    const known = memo.get(name) ?? new Map<string, Member>();
    const member = known.get(text) ?? look(name, item, text);
    if (known.size >= REMEMBERED) known.clear();
    if (text.length <= REMEMBERED_CHARS) memo.set(name, known.set(text, member));
    return member;
  };
  return (record: Members, tell: Tell): MaskedRecord => {
    const members: Member[] = [];
    const pieces: string[] = [];
    const value: Record<string, Json> = { ...record };
    for (const name of Object.keys(record)) {
      const item = record[name];
      if (item === undefined) continue;
      const last = before[members.length];
      let member = last?.name === name && last.item === item ? last : null;
      if (member === null) {
        const text = JSON.stringify(item);
        member = last?.name === name && last.text === text ? last : memberOf(name, item, text);
      }
      members.push(member);
      pieces.push(member.json);
      if (member.value !== item) value[name] = member.value;
      if (member.found.length > 0) for (const [rule, where] of member.found) tell(rule, where);
    }
    before = members;
    const renamed = members.some(({ name, after }) => name !== after);
    return {
      value: renamed ? Object.fromEntries(members.map(({ after, value }) => [after, value])) : value,
      json: `{${pieces.join(',')}}`,
    };
  };
}
