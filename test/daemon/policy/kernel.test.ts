/**
 * The walk against the kernel's own: random trees with links, random requests. Where the kernel opens something, it is what
 * was said before; and what lies outside is never called inside, however a server reads the text.
 */
import assert from 'node:assert/strict';
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { canonicalPath } from '../../../daemon/policy/canonicalPath.ts';
import { judgePath } from '../../../daemon/policy/judgePath.ts';
import { testPolicy, testWorld } from '../../support/policyWorld.ts';

/** Only Linux tells what a file descriptor stands for. */
const onLinux = process.platform === 'linux' ? test : () => {};
const place = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-kernel-')));
after(() => rmSync(place, { recursive: true, force: true }));

const NAMES = ['a', 'b', 'A', 'café', 'cafe\u0301', 'ws', 'x y', '..a', 'a.', '"'];
const name = fc.constantFrom(...NAMES);
const steps = fc.array(fc.oneof({ weight: 5, arbitrary: name }, fc.constantFrom('..', '.', '')), { maxLength: 7 });
/** `{}` stands for the tree's folder. */
const path = fc
  .tuple(
    fc.constantFrom(
      '',
      '{}/',
      '{}/ws/',
      '{}/ws/',
      '{}/out/',
      '/',
      '//',
      '{}/ws/../',
      '/proc/self/cwd/',
      '/proc/self/root{}/',
    ),
    steps,
  )
  .map(([start, names]) => start + names.join('/'));
const entry = fc.oneof(
  { weight: 2, arbitrary: fc.record({ at: steps, kind: fc.constantFrom('folder' as const, 'file' as const) }) },
  fc.record({ at: steps, kind: fc.constant('link' as const), to: path }),
);
const tree = fc.array(entry, { maxLength: 25 });

let count = 0;

/** A tree on disk; entries that do not fit are left out. `/ws` is the root, and the working directory. */
function plant(entries: readonly { at: string[]; kind: string; to?: string }[]): string {
  const base = join(place, String(count++));
  mkdirSync(join(base, 'ws'), { recursive: true });
  mkdirSync(join(base, 'out'));
  for (const { at, kind, to } of entries) {
    const names = at.filter((one) => one !== '..' && one !== '.' && one !== '');
    const here = join(base, names.length % 3 === 0 ? 'out' : 'ws', ...names);
    try {
      mkdirSync(dirname(here), { recursive: true });
      // Not below a link that leads anywhere else on this machine.
      if (!realpathSync(dirname(here)).startsWith(`${base}/`)) continue;
      if (kind === 'folder') mkdirSync(here, { recursive: true });
      else if (kind === 'file') writeFileSync(here, '', { flag: 'wx' });
      else symlinkSync((to ?? '').replaceAll('{}', base) || '.', here);
    } catch {}
  }
  return base;
}

/** What the kernel opens, or creates where nothing is; null where it refuses. */
function opened(request: string, base: string): string | null {
  for (const flags of [
    constants.O_RDONLY | constants.O_NONBLOCK,
    constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK,
  ]) {
    // Nothing is created but in the tree.
    if (flags & constants.O_CREAT && !canonicalPath(request, worldAt(base)).canonical?.startsWith(`${base}/`)) continue;
    try {
      const file = openSync(request, flags, 0o600);
      const real = readlinkSync(`/proc/self/fd/${file}`);
      closeSync(file);
      if (flags & constants.O_CREAT) rmSync(real, { force: true });
      return real;
    } catch {}
  }
  return null;
}

const worldAt = (base: string) =>
  testWorld({ cwd: join(base, 'ws'), serverPid: process.pid, home: join(base, 'home'), tempFolders: [] });

const runs = Number(process.env.CALLGROVE_PROPERTY_RUNS ?? 250);

onLinux('the canonical path is what the kernel opens', () => {
  const before = process.cwd();
  let compared = 0;
  fc.assert(
    fc.property(tree, fc.array(path, { minLength: 5, maxLength: 15 }), (entries, requests) => {
      const base = plant(entries);
      const world = worldAt(base);
      process.chdir(join(base, 'ws'));
      for (const written of requests) {
        const request = written.replaceAll('{}', base);
        const absolute = request.startsWith('/') ? request : `${base}/ws/${request}`;
        const walked = canonicalPath(absolute, world);
        const real = opened(absolute, base);
        if (real === null || walked.canonical?.startsWith('/proc')) continue;
        compared++;
        assert.equal(walked.canonical, real, `${absolute} is ${real}`);
      }
      process.chdir(before);
      rmSync(base, { recursive: true, force: true });
    }),
    { numRuns: runs },
  );
  assert.ok(compared > runs, `${compared} paths were compared`);
});

onLinux('nothing outside is called inside, whoever resolves the text', () => {
  const before = process.cwd();
  let outside = 0;
  fc.assert(
    fc.property(
      tree,
      fc.array(path, { minLength: 5, maxLength: 15 }),
      fc.constantFrom('read' as const, 'write' as const),
      (entries, requests, access) => {
        const base = plant(entries);
        const world = worldAt(base);
        const root = join(base, 'ws');
        process.chdir(root);
        const policy = testPolicy(world, [root]);
        for (const written of requests) {
          const request = written.replaceAll('{}', base);
          const judged = judgePath(
            { requested: request, access, bases: [{ path: root, sure: true }], expandsHome: false, isCheckout: false },
            policy.paths,
            world,
          );
          const absolute = request.startsWith('/') ? request : `${root}/${request}`;
          // As the kernel takes it, as Node's path module makes it first, trimmed, in either Unicode form.
          for (const one of [
            absolute,
            resolve(absolute),
            resolve(request.trim()),
            absolute.normalize('NFC'),
            absolute.normalize('NFD'),
          ]) {
            const real = opened(one, base);
            if (real === null || real === root || real.startsWith(`${root}/`)) continue;
            outside++;
            assert.notEqual(judged.faults.length, 0, `${request} reached ${real}`);
            assert.notEqual(judged.faults[0]?.reason, 'unprovable_root');
          }
        }
        process.chdir(before);
        rmSync(base, { recursive: true, force: true });
      },
    ),
    { numRuns: runs },
  );
  assert.ok(outside > runs, `${outside} paths led outside`);
});
