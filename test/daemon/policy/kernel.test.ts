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
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { after, test } from 'node:test';
import { canonicalPath, knownFolder } from '../../../daemon/policy/canonicalPath.ts';
import { judgePath } from '../../../daemon/policy/judgePath.ts';
import { testPolicy, testWorld } from '../../support/policyWorld.ts';
import { type Chance, seededRandom } from '../../support/seededRandom.ts';

/** Only Linux tells what a file descriptor stands for. */
const onLinux = process.platform === 'linux' ? test : () => {};
const place = realpathSync(mkdtempSync(join(tmpdir(), 'callgrove-kernel-')));
after(() => rmSync(place, { recursive: true, force: true }));

const NAMES = ['a', 'b', 'c', 'A', 'caf\u00e9', 'cafe\u0301', 'x y', '..a', 'a.', ' a', 'a"', 'ws'];
const runs = Number(process.env.CALLGROVE_PROPERTY_RUNS ?? 100);
const REQUESTS = 40;

interface Tree {
  readonly base: string;
  /** The workspace, and the working directory. */
  readonly root: string;
  /** Paths of everything in it, links as they are named. */
  readonly all: readonly string[];
}

/** `ws`, `ws-b`, `out` and what chance puts into them: folders, files, links to anything, through anything, to nothing. */
function plant(chance: Chance, base: string): Tree {
  const root = join(base, 'ws');
  const folders = [root, join(base, 'ws-b'), join(base, 'out')];
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const all = [base, ...folders];
  for (let entry = 0; entry < 16; entry++) {
    const folder = chance.below(2) === 0 ? root : chance.pick(folders);
    const here = join(folder, chance.pick(NAMES));
    const kind = chance.below(6);
    try {
      if (kind < 2) {
        mkdirSync(here);
        folders.push(here);
      } else if (kind === 2) writeFileSync(here, '', { flag: 'wx' });
      else {
        const to = `${chance.pick(all)}${steps(chance, chance.below(3))}`;
        symlinkSync(chance.below(2) === 0 ? to : relativeText(folder, to), here);
      }
      all.push(here);
    } catch {
      // The name was taken.
    }
  }
  return { base, root, all };
}

/** `/..`, `/a`, `/./b//`: what follows a path. */
function steps(chance: Chance, count: number): string {
  return Array.from({ length: count }, () => `/${chance.pick(['..', '..', '..', '.', '', ...NAMES])}`).join('');
}

/** A relative text that keeps what stands behind the first part, dots and all. */
function relativeText(from: string, to: string): string {
  const [, start = to, rest = ''] = /^(.*?)((?:\/\.\.|\/\.|\/\/).*)?$/s.exec(to) ?? [];
  return `${relative(from, start) || '.'}${rest}`;
}

function requestIn({ all, base, root }: Tree, chance: Chance): string {
  const start = chance.pick(all);
  const text = `${start}${steps(chance, chance.below(5))}`;
  switch (chance.below(8)) {
    case 0:
      return relativeText(root, text);
    case 1:
      return `/proc/self/cwd/${relativeText(root, text)}`;
    case 2:
      return ` ${text}"`;
    case 3:
      return `${root}/${chance.pick(NAMES)}/../${relativeText(base, text)}`;
    default:
      return text;
  }
}

/** What the kernel opens, or creates where nothing is; null where it refuses. Nothing is created but in the tree. */
function opened(path: string, base: string, isThere: string | null): string | null {
  const mayCreate = isThere?.startsWith(`${base}/`) === true;
  for (const flags of [constants.O_RDONLY, ...(mayCreate ? [constants.O_RDWR | constants.O_CREAT] : [])]) {
    try {
      const file = openSync(path, flags | constants.O_NONBLOCK, 0o600);
      const real = readlinkSync(`/proc/self/fd/${file}`);
      closeSync(file);
      if (flags & constants.O_CREAT) rmSync(real, { force: true });
      return real;
    } catch {
      // Not there, or a folder: it is asked the other way, or refused.
    }
  }
  return null;
}

const worldAt = ({ base, root }: Tree) =>
  testWorld({ cwd: root, serverPid: process.pid, home: join(base, 'home'), tempFolders: [] });

/** Trees one after the other; the working directory is each one's root. */
function inTrees(visit: (tree: Tree, chance: Chance, seed: number) => void): void {
  const before = process.cwd();
  for (let seed = 1; seed <= runs; seed++) {
    const chance = seededRandom(seed);
    const tree = plant(chance, join(place, String(seed)));
    process.chdir(tree.root);
    try {
      visit(tree, chance, seed);
    } finally {
      process.chdir(before);
      rmSync(tree.base, { recursive: true, force: true });
    }
  }
}

onLinux('the canonical path is what the kernel opens', () => {
  let linked = 0;
  let created = 0;
  inTrees((tree, chance, seed) => {
    const world = worldAt(tree);
    for (let at = 0; at < REQUESTS; at++) {
      const request = requestIn(tree, chance);
      const absolute = request.startsWith('/') ? request : `${tree.root}/${request}`;
      const walked = canonicalPath(absolute, world);
      const { canonical, symlinks, exists } = walked;
      const known = [tree.root, tree.base].flatMap((folder) => knownFolder(folder, world) ?? []);
      assert.deepEqual(canonicalPath(absolute, world, known), walked, `seed ${seed}: ${absolute} from a known folder`);
      const real = opened(absolute, tree.base, canonical);
      if (real === null) continue;
      if (symlinks.length > 0) linked++;
      if (!exists) created++;
      assert.equal(canonical, real, `seed ${seed}: ${absolute}`);
    }
  });
  assert.ok(linked > runs && created > runs, `${linked} through links, ${created} created`);
});

onLinux('nothing outside is called inside, whoever resolves the text', () => {
  const escapes: Record<string, number> = { kernel: 0, lexical: 0, trimmed: 0, unicode: 0 };
  inTrees((tree, chance, seed) => {
    const { base, root } = tree;
    const world = worldAt(tree);
    const policy = testPolicy(world, [root]);
    const count = (way: string, real: string | null) => {
      const isOut = real !== null && real !== root && !real.startsWith(`${root}/`);
      if (isOut) escapes[way] = (escapes[way] ?? 0) + 1;
      return isOut;
    };
    for (let at = 0; at < REQUESTS; at++) {
      const requested = requestIn(tree, chance);
      const access = chance.pick(['read', 'write'] as const);
      const bases = [{ path: root, sure: true }];
      const judged = judgePath(
        { requested, access, bases, expandsHome: false, isCheckout: false },
        policy.paths,
        world,
      );
      const whole = (text: string) => (text.startsWith('/') ? text : `${root}/${text}`);
      const trimmed = requested.trim().replace(/^["']|["']$/g, '');
      const ways: readonly [string, string][] = [
        ['kernel', whole(requested)],
        ['lexical', resolve(root, requested)],
        ['trimmed', whole(trimmed)],
        ['trimmed', resolve(root, trimmed)],
        ['unicode', whole(requested.normalize('NFC'))],
        ['unicode', whole(requested.normalize('NFD'))],
      ];
      for (const [way, text] of ways) {
        const real = opened(text, base, canonicalPath(text, world).canonical);
        if (!count(way, real)) continue;
        const reason = judged.faults[0]?.reason ?? null;
        assert.ok(
          reason !== null && reason !== 'unprovable_root',
          `seed ${seed}: ${requested} reached ${real}: ${reason}`,
        );
      }
    }
  });
  for (const [way, times] of Object.entries(escapes)) assert.ok(times > runs, `${way}: ${times} ways out were tried`);
});

onLinux('a root that was moved away, with a link in its place or above it, is walked to anew', () => {
  const base = join(place, 'moved');
  const root = join(base, 'a', 'ws');
  for (const folder of [root, join(base, 'deep'), join(base, 'out')]) mkdirSync(folder, { recursive: true });
  const world = testWorld({ cwd: root, serverPid: process.pid, home: join(base, 'home'), tempFolders: [] });
  const known = [knownFolder(root, world) ?? assert.fail('the root is there')];
  const leads = (path: string) => {
    const { canonical } = canonicalPath(path, world, known);
    assert.equal(canonical, canonicalPath(path, world).canonical);
    return relative(base, canonical ?? '');
  };
  renameSync(join(base, 'a'), join(base, 'deep', 'b'));
  symlinkSync(join('deep', 'b'), join(base, 'a'));
  // The same folder by its old name; its parent is another one than that name says.
  assert.equal(relative(base, canonicalPath(`${root}/file`, world, known).canonical ?? ''), join('a', 'ws', 'file'));
  assert.equal(leads(`${root}/../../secret`), join('deep', 'secret'));
  renameSync(root, join(base, 'gone'));
  symlinkSync(join(base, 'out'), root);
  assert.equal(leads(`${root}/file`), join('out', 'file'));
});

test('a folder with the same number that was made later is another one', () => {
  const real = testWorld();
  const folder = join(place, 'later');
  mkdirSync(folder);
  const known = [knownFolder(folder, real) ?? assert.fail('the folder is there')];
  const asked: string[] = [];
  const lookingAt = (bornMs: number) => ({
    ...real,
    lstat(path: string) {
      asked.push(path);
      const entry = real.lstat(path);
      return path === folder ? { ...entry, bornMs } : entry;
    },
  });
  canonicalPath(`${folder}/file`, lookingAt(known[0]?.entry.bornMs ?? 0), known);
  assert.deepEqual(asked.splice(0), [folder, `${folder}/file`]);
  canonicalPath(`${folder}/file`, lookingAt(1), known);
  assert.ok(asked.length > 3 && asked.includes(place), asked.join(' '));
});
