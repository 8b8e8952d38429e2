/** What is written into `bin/`, and who of several installers wins. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Installer, installLauncher } from '../../../daemon/agents/installLauncher.ts';
import { readLauncherFile } from '../../../daemon/agents/launcherFile.ts';

interface Stage {
  readonly home: string;
  readonly bin: string;
  /** An installation in a folder of its own. */
  installer(name: string, version: string, over?: Partial<Installer>): Installer;
}

function stage(t: TestContext): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'callgrove-install-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, 'state');
  return {
    home,
    bin: join(home, 'bin'),
    installer(name, version, over = {}) {
      const dist = join(folder, name);
      mkdirSync(dist, { recursive: true });
      const program = join(dist, 'callgrove.js');
      for (const file of ['run.mjs', 'gate.cjs', 'launch.cjs', 'callgrove.js'])
        writeFileSync(join(dist, file), `${name} ${version}`);
      return { version, program, dist, execPath: process.execPath, node: '24.1.0', editor: false, ...over };
    },
  };
}

const modes = (bin: string) =>
  readdirSync(bin)
    .sort()
    .map((name) => `${name} ${(statSync(join(bin, name)).mode & 0o777).toString(8)}`);

test('the first one writes everything, private, and again is nothing', (t) => {
  const { home, bin, installer } = stage(t);
  const one = installer('one', '1.0.0');
  assert.deepEqual(installLauncher(home, one), { kind: 'written' });
  if (process.platform !== 'win32') {
    assert.deepEqual(modes(bin), [
      'callgrove 700',
      'gate.cjs 600',
      'launch.cjs 600',
      'launcher.json 600',
      'run.mjs 600',
    ]);
    assert.deepEqual(
      [home, bin].map((path) => statSync(path).mode & 0o777),
      [0o700, 0o700],
    );
  }
  const { program, execPath } = one;
  assert.deepEqual(readLauncherFile(bin), { v: 1, version: '1.0.0', program, runtime: execPath, editor: null });
  const before = readdirSync(bin).map((name) => statSync(join(bin, name)).ino);
  assert.deepEqual(installLauncher(home, one), { kind: 'current' });
  assert.deepEqual(
    readdirSync(bin).map((name) => statSync(join(bin, name)).ino),
    before,
  );
});

test('what is damaged, missing or of another mode is mended', (t) => {
  const { home, bin, installer } = stage(t);
  const one = installer('one', '1.0.0');
  installLauncher(home, one);
  const whole = readFileSync(join(bin, 'callgrove'), 'utf8');
  const damage: (() => void)[] = [
    () => writeFileSync(join(bin, 'run.mjs'), ''),
    () => writeFileSync(join(bin, 'launch.cjs'), 'one 9.9.9'),
    () => rmSync(join(bin, 'callgrove')),
    () => chmodSync(join(bin, 'callgrove'), 0o600),
    () => writeFileSync(join(bin, 'launcher.json'), '{"v":'),
    () => rmSync(bin, { recursive: true }),
  ];
  for (const damaged of damage) {
    damaged();
    assert.deepEqual(installLauncher(home, one), { kind: 'written' }, String(damaged));
    assert.deepEqual(installLauncher(home, one), { kind: 'current' });
    assert.equal(readFileSync(join(bin, 'callgrove'), 'utf8'), whole);
    assert.equal(readFileSync(join(bin, 'run.mjs'), 'utf8'), 'one 1.0.0');
  }
});

test('the newer version wins in either order, as long as it is installed', (t) => {
  const { home, bin, installer } = stage(t);
  const old = installer('old', '1.9.0');
  const fresh = installer('fresh', '1.10.0');
  installLauncher(home, old);
  assert.deepEqual(installLauncher(home, fresh), { kind: 'written' });
  assert.deepEqual(installLauncher(home, old), { kind: 'newer', version: '1.10.0' });
  assert.equal(readLauncherFile(bin)?.program, fresh.program);
  rmSync(fresh.dist, { recursive: true });
  assert.deepEqual(installLauncher(home, old), { kind: 'written' });
  assert.equal(readLauncherFile(bin)?.version, '1.9.0');
});

test('of two of the same version the first stays while it is there, and an update in place is taken over', (t) => {
  const { home, bin, installer } = stage(t);
  const first = installer('first', '1.0.0');
  const second = installer('second', '1.0.0');
  installLauncher(home, first);
  assert.deepEqual(installLauncher(home, second), { kind: 'current' });
  assert.equal(readLauncherFile(bin)?.program, first.program);
  assert.deepEqual(installLauncher(home, installer('first', '1.0.1')), { kind: 'written' });
  assert.equal(readFileSync(join(bin, 'run.mjs'), 'utf8'), 'first 1.0.1');
  rmSync(first.dist, { recursive: true });
  assert.deepEqual(installLauncher(home, second), { kind: 'written' });
  assert.equal(readLauncherFile(bin)?.program, second.program);
});

test('runtimes: what works stays, an editor stands beside Node, an old Node is not recorded', (t) => {
  const { home, bin, installer } = stage(t);
  const recorded = () => {
    const file = readLauncherFile(bin);
    return [file?.runtime, file?.editor];
  };
  const program = (name: string) => {
    const path = join(home, '..', name);
    writeFileSync(path, '', { mode: 0o755 });
    return path;
  };
  const [node, editor, other] = ['node', 'editor', 'other'].map(program);
  const from = (execPath: string | undefined, over: Partial<Installer> = {}) =>
    installLauncher(home, installer('one', '1.0.0', { execPath: execPath ?? '', ...over }));
  from(editor, { editor: true });
  assert.deepEqual(recorded(), [null, editor]);
  from(node, { node: '20.11.0' });
  assert.deepEqual(recorded(), [null, editor]);
  from(node);
  assert.deepEqual(recorded(), [node, editor]);
  from(other);
  assert.deepEqual(recorded(), [node, editor]);
  rmSync(node ?? '');
  from(other);
  assert.deepEqual(recorded(), [other, editor]);
  assert.match(readFileSync(join(bin, 'callgrove'), 'utf8'), /^runtime='.*other'$/m);
});

test('what cannot be done is said and changes nothing', (t) => {
  const { home, bin, installer } = stage(t);
  const unbuilt = installer('unbuilt', '1.0.0', { dist: '/no/such/folder' });
  assert.equal(installLauncher(home, unbuilt).kind, 'failed');
  assert.equal(installLauncher('relative', installer('one', '1.0.0')).kind, 'failed');
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(bin, 'in the way');
  const failed = installLauncher(home, installer('one', '1.0.0'));
  assert.equal(failed.kind, 'failed');
  if (process.platform === 'win32') return;
  rmSync(bin);
  chmodSync(home, 0o777);
  const open = installLauncher(home, installer('one', '1.0.0'));
  assert.match(open.kind === 'failed' ? open.reason : '', /can be written by other users/);
});
