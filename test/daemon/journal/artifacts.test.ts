import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { artifactPath, keepArtifact, listArtifacts } from '../../../daemon/journal/artifacts.ts';
import { segmentName } from '../../../daemon/protocol/segment.ts';

const CON = 'con_00000000000000000000000001';
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function places(t: { after(work: () => void): void }) {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-artifacts-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [artifacts, journal] = [join(folder, 'artifacts'), join(folder, 'journal')];
  mkdirSync(artifacts);
  mkdirSync(journal);
  return { artifacts, journal };
}

test('a frame in pieces is kept as one file, named by the hash of its bytes, for its user alone', (t) => {
  const { artifacts, journal } = places(t);
  const bytes = Buffer.alloc(3 * 1024 * 1024 + 7, 'callgrove ');
  const cut = 2_000_000;
  writeFileSync(join(journal, segmentName(CON, 0)), Buffer.concat([Buffer.from('before'), bytes.subarray(0, cut)]));
  writeFileSync(join(journal, segmentName(CON, 1)), Buffer.concat([bytes.subarray(cut), Buffer.from('after')]));
  const spans = [
    { segment: 0, offset: 6, length: 1000 },
    { segment: 0, offset: 1006, length: cut - 1000 },
    { segment: 1, offset: 0, length: bytes.length - cut },
  ];
  const hash = keepArtifact(artifacts, journal, CON, spans);
  assert.equal(hash, sha256(bytes));
  assert.ok(readFileSync(artifactPath(artifacts, hash ?? '')).equals(bytes));
  if (process.platform !== 'win32') assert.equal(statSync(artifactPath(artifacts, hash ?? '')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(artifacts), [hash], 'nothing unfinished stays');
});

test('the same bytes are kept once, and count as young again', (t) => {
  const { artifacts, journal } = places(t);
  writeFileSync(join(journal, segmentName(CON, 0)), 'same same');
  const first = keepArtifact(artifacts, journal, CON, [{ segment: 0, offset: 0, length: 4 }]);
  utimesSync(artifactPath(artifacts, first ?? ''), new Date(0), new Date(0));
  const second = keepArtifact(artifacts, journal, CON, [{ segment: 0, offset: 5, length: 4 }]);
  assert.equal(second, first);
  const [kept, ...others] = listArtifacts(artifacts);
  assert.deepEqual([kept?.hash, kept?.bytes, others.length], [first, 4, 0]);
  assert.ok((kept?.at ?? 0) > 1e12);
});

test('where bytes are gone or nothing can be written the frame stays in the journal, and nothing is left over', (t) => {
  const { artifacts, journal } = places(t);
  writeFileSync(join(journal, segmentName(CON, 0)), 'short');
  const keep = (segment: number, length: number) =>
    keepArtifact(artifacts, journal, CON, [{ segment, offset: 0, length }]);
  assert.equal(keep(0, 6), null);
  assert.equal(keep(7, 1), null);
  assert.deepEqual(readdirSync(artifacts), []);
  assert.equal(keepArtifact(join(artifacts, 'gone'), journal, CON, [{ segment: 0, offset: 0, length: 5 }]), null);
  if (process.platform !== 'win32' && process.getuid?.() !== 0) {
    chmodSync(artifacts, 0o500);
    assert.equal(keep(0, 5), null);
    chmodSync(artifacts, 0o700);
  }
});

test('only artifacts are listed: unfinished ones, too, so that they can be removed', (t) => {
  const { artifacts } = places(t);
  const hash = 'a'.repeat(64);
  for (const name of [hash, 'unfinished-1', 'notes.txt', 'A'.repeat(64)]) writeFileSync(join(artifacts, name), 'x');
  assert.deepEqual(
    listArtifacts(artifacts)
      .map((one) => one.hash)
      .sort(),
    [hash, 'unfinished-1'],
  );
  assert.ok(existsSync(join(artifacts, 'notes.txt')));
});
