/**
 * Reads a bundle from a file, as hostile as it may be: what stands in it is bounded, hashed and checked against the
 * schema of its member before anybody sees it. Never writes, never runs anything.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync } from 'node:fs';
import type { Entry, ZipFile } from 'yauzl';
import {
  type BundleReader,
  CAPTURE_MEMBER,
  CaptureDocument,
  type LineMember,
  Manifest,
  MEMBER,
  MEMBER_SCHEMA,
} from '../protocol/bundle.ts';
import { completed, type RecordSchema } from '../protocol/completed.ts';
import { BundleError, quoted } from './bundleError.ts';
import { linesOf, textOf, wholeText } from './memberLines.ts';
import { parseStrict } from './strictJson.ts';
import { STEPS, type UpgradeStep, upgradeFrom } from './upgrade.ts';
import { asFault, openEntries } from './zipEntries.ts';

export interface ReadBundleOptions {
  readonly steps?: readonly UpgradeStep[];
}

/** @throws BundleError; the system's errors where the file cannot be read */
export async function readBundle(file: string, options: ReadBundleOptions = {}): Promise<BundleReader> {
  const fd = openSync(file, 'r');
  try {
    return await openBundle(fd, options);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

async function openBundle(fd: number, { steps = STEPS }: ReadBundleOptions): Promise<BundleReader> {
  const facts = fstatSync(fd);
  if (!facts.isFile()) throw new BundleError('not_a_bundle', 'it is no file');
  const { zip, entries } = await openEntries(fd, facts.size);
  const raw = await wholeText(MEMBER.manifest, textOf(MEMBER.manifest, bytesOf(zip, entries.get(MEMBER.manifest)!)));
  const upgrade = upgradeFrom(parseStrict(raw, MEMBER.manifest), steps);
  const manifest = checked<Manifest>(Manifest, upgrade.manifest, MEMBER.manifest);
  const members = membersOf(manifest, entries);

  /** A member's bytes; at its end they have to be those that the manifest names. */
  async function* hashed(name: string): AsyncGenerator<Uint8Array> {
    const entry = entries.get(name);
    const said = members.get(name);
    if (!entry || !said) return;
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of bytesOf(zip, entry)) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
    if (bytes !== said.bytes) throw new BundleError('damaged', `${name} has ${bytes} bytes, not ${said.bytes}`);
    if (hash.digest('hex') !== said.sha256)
      throw new BundleError('damaged', `${name} is not what the manifest names by its hash`);
  }
  const record = <T>(schema: RecordSchema<T>, member: string, text: string, where: string): T =>
    checked(schema, upgrade.record(member, parseStrict(text, where)), where);
  async function* lines<T>(member: LineMember, schema: RecordSchema<T>): AsyncGenerator<T> {
    for await (const { line, number } of linesOf(member, hashed(member))) {
      yield record(schema, member, line, `${member}, line ${number}`);
    }
  }
  const document = async <T>(name: string, schema: RecordSchema<T>): Promise<T | null> =>
    entries.has(name) ? record(schema, name, await wholeText(name, textOf(name, hashed(name))), name) : null;

  return {
    manifest,
    names: [...entries.keys()].filter((name) => name !== MEMBER.manifest),
    async session() {
      const session = await document(MEMBER.session, MEMBER_SCHEMA[MEMBER.session]);
      if (!session) throw new BundleError('incomplete', 'it has no session.json');
      return session;
    },
    calls: () => lines(MEMBER.calls, MEMBER_SCHEMA[MEMBER.calls]),
    frames: () => lines(MEMBER.frames, MEMBER_SCHEMA[MEMBER.frames]),
    denials: () => lines(MEMBER.denials, MEMBER_SCHEMA[MEMBER.denials]),
    findings: () => lines(MEMBER.findings, MEMBER_SCHEMA[MEMBER.findings]),
    async *captures() {
      for (const name of [...entries.keys()].filter((one) => CAPTURE_MEMBER.test(one)).sort()) {
        const capture = await document(name, CaptureDocument);
        if (capture) yield capture;
      }
    },
    diff: () => document(MEMBER.diff, MEMBER_SCHEMA[MEMBER.diff]),
    text: (name) => textOf(name, hashed(name)),
    dispose: () => closeSync(fd),
  };
}

/** By name. Manifest and file have to agree on what there is. */
function membersOf(manifest: Manifest, entries: ReadonlyMap<string, Entry>): Map<string, Manifest['members'][number]> {
  const members = new Map(manifest.members.map((member) => [member.name, member]));
  if (members.size !== manifest.members.length) throw new BundleError('malformed', 'its manifest names a member twice');
  for (const name of members.keys()) {
    if (!entries.has(name)) throw new BundleError('incomplete', `${quoted(name)} is named in the manifest and missing`);
  }
  for (const [name, entry] of entries) {
    if (name === MEMBER.manifest) continue;
    const said = members.get(name);
    if (!said) throw new BundleError('damaged', `${quoted(name)} is not named in the manifest`);
    if (said.bytes !== entry.uncompressedSize)
      throw new BundleError('damaged', `${quoted(name)} has ${entry.uncompressedSize} bytes, not ${said.bytes}`);
  }
  return members;
}

async function* bytesOf(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const piece of stream) yield piece;
  } catch (error) {
    throw asFault(error, 'damaged');
  }
}

function checked<T>(schema: RecordSchema<T>, value: unknown, where: string): T {
  const { data } = schema.safeParse(value);
  if (data !== undefined) return data;
  // Perhaps an earlier version wrote it, which did not know all of its members.
  const again = schema.safeParse(completed(schema, value));
  if (again.data !== undefined) return again.data;
  const issue = again.error?.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  const what = `${where} is no such record: ${quoted(path)} ${issue?.message ?? 'is wrong'}`;
  throw new BundleError('malformed', what.slice(0, 300));
}
