/** After the last entry is unwrapped: what agents that still run can start, and who keeps the launcher. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { installLauncher } from '../../../daemon/agents/installLauncher.ts';
import { retireLauncher } from '../../../daemon/agents/retireLauncher.ts';
import { buildLauncherInto, type LauncherPlace, makeLauncherPlace } from '../../support/launcherPlace.ts';

const dist = mkdtempSync(join(tmpdir(), 'callgrove-dist-'));
before(() => buildLauncherInto(dist));
after(() => rmSync(dist, { recursive: true, force: true }));

function inPlace(name: string, body: (place: LauncherPlace) => void): void {
  test(name, { timeout: 60_000 }, () => {
    const place = makeLauncherPlace(dist);
    try {
      body(place);
    } finally {
      place.remove();
    }
  });
}

const runs = ({ bin, home }: LauncherPlace, program: readonly string[]) =>
  spawnSync(
    program[0] ?? '',
    [...program.slice(1), 'run', '--no-daemon', '--home', home, '--', process.execPath, '-p', '1+1'],
    {
      cwd: bin,
      encoding: 'utf8',
    },
  );

inPlace('what is left starts the server alone, and installing again makes it whole', (place) => {
  const { home, bin, installer } = place;
  assert.equal(retireLauncher(home, installer.program, 'linux'), 'retired');
  assert.deepEqual(readdirSync(bin), ['callgrove']);
  const alone = runs(place, [join(bin, 'callgrove')]);
  assert.deepEqual([alone.stdout, alone.status], ['2\n', 0]);
  assert.match(alone.stderr, /runs unrecorded/);
  assert.equal(retireLauncher(home, installer.program), 'retired');
  assert.deepEqual(installLauncher(home, installer), { kind: 'written' });
  assert.equal(runs(place, [join(bin, 'callgrove')]).stderr, '');
});

inPlace('on Windows the loader is what is left', (place) => {
  const { home, bin, installer } = place;
  assert.equal(retireLauncher(home, installer.program, 'win32'), 'retired');
  const alone = runs(place, [process.execPath, join(bin, 'launch.cjs')]);
  assert.deepEqual([alone.stdout, alone.status], ['2\n', 0]);
});

inPlace(
  'another installation that is there keeps it; one that is gone does not',
  ({ home, bin, installer, folder }) => {
    const other = join(folder, 'other.js');
    assert.equal(retireLauncher(home, other), 'kept');
    assert.equal(readdirSync(bin).length, 5);
    writeFileSync(other, '');
    rmSync(installer.program);
    assert.equal(retireLauncher(home, other), 'retired');
  },
);

test('where none is, nothing is done', () => assert.equal(retireLauncher('/no/such/state', '/p'), 'absent'));
