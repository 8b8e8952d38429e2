/**
 * Masks records that are alike, member by member: a member that says what it said in a record before is not looked at
 * again, and is handed out as the same value, so that whoever writes the records sees at once what is equal.
 */
import type { Json } from '../model/json.ts';

/** Told of each finding: by which rule, and where in the record. */
export type Tell = (rule: string, where: string) => void;

type Members = { readonly [name: string]: Json };

export interface MaskedRecord {
  readonly value: Json;
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
/** A member that said so few of so many things again is not worth remembering. */
const SAID_AGAIN = 8;

interface Memory {
  readonly texts: Map<string, Member>;
  /** Of those: so many were said again. */
  again: number;
}

type Scalar = string | number | boolean | null;

/**
 * @param mask masks an object; one of one member is judged by that alone
 * @param isLeft true where such an object of this one member is certain to be left as it is
 * @returns masks one record; what is found is told each time, remembered or not
 */
export function createRecordMasking(
  mask: (one: Members, tell: Tell) => Json,
  isLeft: (name: string, item: Scalar) => boolean,
) {
  /** By member's name; null where it says something else nearly each time. */
  const memo = new Map<string, Memory | null>();
  let before: readonly Member[] = [];
  const look = (name: string, item: Json, text: string): Member => {
    if (isScalar(item) && isLeft(name, item))
      return { name, item, text, after: name, value: item, json: `${JSON.stringify(name)}:${text}`, found: NOTHING };
    const found: [string, string][] = [];
    const one = mask({ [name]: item }, (rule, where) => found.push([rule, where]));
    const [[after, value] = [name, item] as const] = Object.entries(one ?? {});
    const json = `${JSON.stringify(after)}:${value === item ? text : JSON.stringify(value)}`;
    return { name, item, text, after, value, json, found };
  };
  const memberOf = (name: string, item: Json, text: string): Member => {
    const found = memo.get(name);
    const memory = found === undefined ? { texts: new Map<string, Member>(), again: 0 } : found;
    if (found === undefined) memo.set(name, memory);
    if (memory === null || text.length > REMEMBERED_CHARS) return look(name, item, text);
    const known = memory.texts.get(text);
    if (known !== undefined) {
      memory.again++;
      return known;
    }
    const member = look(name, item, text);
    if (memory.texts.size >= REMEMBERED) {
      if (memory.again < SAID_AGAIN) memo.set(name, null);
      memory.texts.clear();
      memory.again = 0;
    }
    memory.texts.set(text, member);
    return member;
  };
  return (record: Members, tell: Tell): MaskedRecord => {
    // A member `value` is judged by the name beside it.
    if ('value' in record) {
      const value = mask(record, tell);
      return { value, json: JSON.stringify(value) };
    }
    const members: Member[] = [];
    const pieces: string[] = [];
    const value: Record<string, Json> = { ...record };
    const names = Object.keys(record);
    const items = Object.values(record);
    for (let at = 0; at < names.length; at++) {
      const [name, item] = [names[at]!, items[at]];
      if (item === undefined) continue;
      const last = before[members.length];
      const isLast = last?.name === name && isSame(last.item, item);
      const member = isLast ? last : memberOf(name, item, JSON.stringify(item));
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

const NOTHING: Member['found'] = [];

function isScalar(item: Json): item is Scalar {
  return item === null || typeof item !== 'object';
}

/** Have they the same JSON? Sooner told than written. */
function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  const others = Object.keys(other);
  if (names.length !== others.length) return false;
  for (let at = 0; at < names.length; at++) if (names[at] !== others[at]) return false;
  const items: readonly (Json | undefined)[] = Object.values(one);
  const itsItems: readonly (Json | undefined)[] = Object.values(other);
  for (let at = 0; at < items.length; at++) if (!isSame(items[at], itsItems[at])) return false;
  return true;
}
