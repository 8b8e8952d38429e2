/** What the doctor says of the launcher, in each state that it can be in. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { retireLauncher } from '../../../daemon/agents/retireLauncher.ts';
import { VERSION } from '../../../daemon/base/version.ts';
import type { Check } from '../../../daemon/cli/check.ts';
import { checkLauncher } from '../../../daemon/cli/checkLauncher.ts';
import { buildLauncherInto, type LauncherPlace, makeLauncherPlace } from '../../support/launcherPlace.ts';

const dist = mkdtempSync(join(tmpdir(), 'callgrove-dist-'));
before(() => buildLauncherInto(dist, VERSION));
after(() => rmSync(dist, { recursive: true, force: true }));

const states = (checks: readonly Check[]) => checks.map(({ name, state }) => `${name} ${state}`);
const inBin = (name: string) => (place: LauncherPlace) => join(place.bin, name);

const WELL = ['launcher ok', 'its runtime ok', 'its program ok'];
const cases: readonly [string, (place: LauncherPlace) => void, readonly string[], RegExp][] = [
  ['as installed', () => {}, WELL, /starts the proxy/],
  ['gone', ({ bin }) => rmSync(bin, { recursive: true }), ['launcher fail'], /servers do not start/],
  ['without a bundle', (place) => rmSync(inBin('run.mjs')(place)), ['launcher fail'], /run\.mjs is missing/],
  ['without a gate', (place) => rmSync(inBin('gate.cjs')(place)), ['launcher fail'], /policy is not applied/],
  ['with an empty loader', (place) => writeFileSync(inBin('launch.cjs')(place), ''), ['launcher fail'], /launch\.cjs/],
  ['not executable', (place) => chmodSync(inBin('callgrove')(place), 0o600), ['launcher fail'], /not executable/],
  ['without its file', (place) => rmSync(inBin('launcher.json')(place)), ['launcher fail'], /does not say where/],
  [
    'with a broken bundle',
    (place) => writeFileSync(inBin('run.mjs')(place), '{'),
    ['launcher fail', ...WELL.slice(1)],
    /does not load the proxy .*run\.mjs/,
  ],
  [
    'with another program',
    ({ installer }) => rmSync(installer.program),
    [...WELL.slice(0, 2), 'its program warn'],
    /starts the proxy/,
  ],
];
for (const [name, arrange, expected, words] of cases) {
  test(`the launcher ${name}`, { timeout: 60_000 }, async () => {
    const place = makeLauncherPlace(dist, VERSION);
    try {
      arrange(place);
      const checks = await checkLauncher(place.home, true);
      assert.deepEqual(states(checks), expected);
      assert.match(checks[0]?.detail ?? '', words);
      for (const check of checks) assert.equal(check.remedy === null, check.state === 'ok');
    } finally {
      place.remove();
    }
  });
}

test('where no file names it, its absence is no failure', async () => {
  assert.deepEqual(states(await checkLauncher('/no/such/state', false)), ['launcher ok']);
});

test('taken out of use it is no failure either, unless a file names it', async () => {
  const place = makeLauncherPlace(dist, VERSION);
  try {
    retireLauncher(place.home, place.installer.program);
    assert.deepEqual(states(await checkLauncher(place.home, false)), ['launcher ok']);
    assert.deepEqual(states(await checkLauncher(place.home, true)), ['launcher fail']);
  } finally {
    place.remove();
  }
});

test('of an older and of a newer version', { timeout: 60_000 }, async () => {
  for (const [version, words] of [
    ['0.0.0-a', /of the older 0\.0\.0-a/],
    ['99.0.0', /this is the older/],
  ] as const) {
    const place = makeLauncherPlace(dist, version);
    try {
      const [check] = await checkLauncher(place.home, true);
      assert.equal(check?.state, 'warn');
      assert.match(check?.detail ?? '', words);
    } finally {
      place.remove();
    }
  }
});
