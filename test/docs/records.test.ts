/** docs/records.md holds: every example is of the schema that it is said to be, and no kind is without one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import * as z from 'zod';
import * as api from '../../daemon/protocol/api.ts';
import * as callDetail from '../../daemon/protocol/callDetail.ts';
import { StoredCapture } from '../../daemon/protocol/captures.ts';
import * as daemonJournal from '../../daemon/protocol/daemonJournal.ts';
import { Denial } from '../../daemon/protocol/denial.ts';
import * as feed from '../../daemon/protocol/feed.ts';
import { FileStateRecord } from '../../daemon/protocol/fileState.ts';
import * as imported from '../../daemon/protocol/imported.ts';
import * as journal from '../../daemon/protocol/journal.ts';
import { DecisionRecord } from '../../daemon/protocol/policy.ts';
import * as record from '../../daemon/protocol/record.ts';
import { Finding } from '../../daemon/protocol/trail.ts';

const text = readFileSync(join(resolve(import.meta.dirname, '../..'), 'docs', 'records.md'), 'utf8');
const kinds = {
  ...callDetail,
  ...daemonJournal,
  ...feed,
  ...imported,
  ...journal,
  ...record,
  Denial,
  DecisionRecord,
  FileStateRecord,
  Finding,
  StoredCapture,
};
const schemas = new Map(
  Object.entries({ ...kinds, Status: api.Status }).flatMap(([name, value]) =>
    value instanceof z.ZodType ? [[name, value] as const] : [],
  ),
);
/** What the run behind the document does not do: nothing fills `Source` yet; a fresh checkout and a widening are told in words. */
const NOT_YET = ['Source', 'FreshRecord', 'WideningRecord'];

interface Example {
  readonly kind: string;
  readonly value: unknown;
  /** Of a journal record: the bytes behind its head. */
  readonly payload: string | null;
  /** Of a document in the journal: the bytes behind its line, that line's end included. */
  readonly behind?: string;
}

/** The blocks of the document; what is abridged in one is filled in from the example that shows it whole. */
function examples(): Example[] {
  const blocks = [...text.matchAll(/^```json (\w+)(?: (\w+))?\n([\s\S]*?)\n```$/gm)];
  const whole = new Map<string, Record<string, unknown>>();
  const found: Example[] = [];
  for (const [, kind = '', more, body = ''] of blocks) {
    if (kind === 'RecordHead') {
      const lineEnd = body.includes('\n') ? body.indexOf('\n') : body.length;
      const payload = more ? body.slice(lineEnd + 1) : null;
      const value = JSON.parse(body.slice(0, lineEnd));
      if (!more || more === 'bytes' || payload === null) {
        found.push({ kind, value, payload });
        continue;
      }
      const { document, behind } = documentIn(payload);
      found.push({ kind, value, payload: document, behind });
      found.push({ kind: more, value: JSON.parse(document), payload: null });
      continue;
    }
    const value = JSON.parse(body);
    found.push({ kind, value: more === 'differing' ? { ...whole.get(kind), ...value } : value, payload: null });
    if (!whole.has(kind)) whole.set(kind, value);
  }
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    const kind = '…' in value ? /(\w+)$/.exec(String(value['…']))?.[1] : undefined;
    if (kind) return whole.get(kind);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one)]));
  };
  return found.map((example) => ({ ...example, value: fill(example.value) }));
}

/** Laid out in several lines, a document ends with the first brace that stands alone. */
function documentIn(payload: string): { document: string; behind: string } {
  const end = payload.startsWith('{\n') ? payload.indexOf('\n}') + 2 : payload.indexOf('\n');
  return end < 0 ? { document: payload, behind: '' } : { document: payload.slice(0, end), behind: payload.slice(end) };
}

/** Every schema that takes part in describing a value: members, items, and the option of a union that fits. */
function taking(schema: unknown, value: unknown, part: Set<unknown>): void {
  part.add(schema);
  if (value === null || value === undefined) return;
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) taking(schema.unwrap(), value, part);
  else if (schema instanceof z.ZodArray && Array.isArray(value))
    for (const one of value) taking(schema.element, one, part);
  else if (schema instanceof z.ZodObject) {
    const members = new Map(Object.entries(Object(value)));
    for (const [key, member] of Object.entries(schema.shape)) taking(member, members.get(key), part);
  } else if (schema instanceof z.ZodUnion) {
    const fitting = schema.options.find((option) => option instanceof z.ZodType && option.safeParse(value).success);
    taking(fitting, value, part);
  }
}

const all = examples();

test('every example is of its kind, with no field besides', () => {
  assert.ok(all.length > 25);
  for (const { kind, value } of all) {
    const schema = schemas.get(kind);
    assert.ok(schema, `${kind} is no kind`);
    assert.deepEqual(schema.parse(value), value, `${kind} holds fields that the schema does not know`);
  }
});

test('a head says how many bytes follow', () => {
  for (const { kind, value, payload, behind = '' } of all) {
    if (kind !== 'RecordHead') continue;
    const head = journal.RecordHead.parse(value);
    const isDocument = head.k !== 'chunk' && payload !== null;
    // Documents are laid out for reading; a chunk's last line end is the block's own.
    const bytes = Buffer.byteLength(isDocument ? JSON.stringify(JSON.parse(payload)) + behind : (payload ?? ''));
    assert.ok(head.n === bytes || (head.k === 'chunk' && head.n === bytes + 1), `${head.k} ${head.o}: ${head.n}`);
  }
});

test('every kind of record has an example', () => {
  const shown = new Set<unknown>();
  for (const { kind, value } of all) taking(schemas.get(kind), value, shown);
  const heads = all.filter(({ kind }) => kind === 'RecordHead').map(({ value }) => journal.RecordHead.parse(value).k);
  const documents = ['label', 'pin', 'harness_text', 'harness', 'capture', ...Object.keys(imported.IMPORTED_SCHEMA)];
  for (const kind of [...journal.RecordKind.options, ...documents]) assert.ok(heads.includes(kind), kind);
  // Unions name what others declare: each of their options needs an example.
  const options = [feed.ServerMessage, feed.ClientMessage, feed.TreeRow].flatMap((union): z.ZodType[] => [
    ...union.options,
  ]);
  for (const option of options)
    assert.ok(
      all.some(({ value }) => option.safeParse(value).success),
      `a union’s option without example: ${JSON.stringify(z.toJSONSchema(option)).slice(0, 200)}`,
    );
  const isUnion = (schema: unknown) => schema === feed.ServerMessage || schema === feed.ClientMessage;
  const missing = [...schemas].filter(
    ([name, schema]) =>
      !shown.has(schema) && !isUnion(schema) && schema !== journal.RecordKind && !NOT_YET.includes(name),
  );
  assert.deepEqual(
    missing.map(([name]) => name),
    [],
  );
});

test('every field of Call and Session is explained, and no other', () => {
  const tables = [...text.matchAll(/^\| field \|[\s\S]*?\n\n/gm)].map(([table]) =>
    [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, field]) => field),
  );
  assert.deepEqual(tables, [Object.keys(record.Call.shape), Object.keys(record.Session.shape)]);
});

test('nothing of the machine that wrote it', () => {
  const paths = [...text.matchAll(/(?<=")\/[^"]*/g)].map(([path]) => path);
  assert.ok(paths.length > 5);
  const foreign = paths.filter((path) => !/^\/(home\/ada(?:\/|$)|usr\/bin\/node$|usr\/lib\/orchard\/)/.test(path));
  assert.deepEqual(foreign, []);
  assert.deepEqual(new Set([...text.matchAll(/"user": ("\w+"|null)/g)].map(([, user]) => user)), new Set(['"ada"']));
});
