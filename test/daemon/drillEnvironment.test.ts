/** Where a drill ran: which mounts count, which container it is, and what makes a drill stale. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDrill } from '../../daemon/cli/checkDrills.ts';
import { containerOf, mountsOf, staleBecause } from '../../daemon/drillEnvironment.ts';
import type { DrillEnvironment } from '../../daemon/protocol/drill.ts';

const MOUNTS = [
  '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
  '30 22 0:30 / /proc rw - proc proc rw',
  '40 22 8:2 / /home rw,relatime - ext4 /dev/sdb1 rw',
  '41 40 0:50 /share /home/ada/w\\040x ro,nosuid - 9p host rw',
  '42 22 0:60 / /tmp rw - tmpfs tmpfs rw',
  '43 22 0:61 / /tmp rw - tmpfs other rw',
].join('\n');

test('the mounts that hold a place: the deepest, of two at one point the later', () => {
  assert.deepEqual(mountsOf(['/srv'], MOUNTS), ['/ ext4 /dev/sda1 / rw']);
  assert.deepEqual(mountsOf(['/home/ada', '/home/adam', '/tmp/x'], MOUNTS), [
    '/home ext4 /dev/sdb1 / rw',
    '/tmp tmpfs other / rw',
  ]);
  assert.deepEqual(mountsOf(['/home/ada/w x/y'], MOUNTS), ['/home/ada/w x 9p host /share ro']);
  assert.equal(mountsOf(['/'], ''), null, 'nothing that could be read is unknown');
});

test('the container that the machine says it is', () => {
  const at = (...paths: string[]) => containerOf((path) => paths.includes(path), {});
  assert.deepEqual([at(), at('/.dockerenv'), at('/run/.containerenv', '/.dockerenv')], ['none', 'docker', 'podman']);
  assert.equal(
    containerOf(() => false, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }),
    'kubernetes',
  );
  assert.equal(
    containerOf(() => false, { container: 'lxc' }),
    'container: lxc',
  );
});

const HERE: DrillEnvironment = {
  adapter: '0.1.0',
  platform: 'linux x64',
  container: 'none',
  mounts: 'sha256:1',
  checkout: { root: '/w', commit: 'a'.repeat(40) },
  server: { command: 'hmac:1', version: 'files 1' },
};

test('each change of the environment makes a drill stale, and is named', () => {
  assert.deepEqual(staleBecause(HERE, HERE), []);
  const changed: [Partial<DrillEnvironment>, RegExp][] = [
    [{ adapter: '0.2.0' }, /^Callgrove was 0\.1\.0 and is 0\.2\.0$/],
    [{ platform: 'darwin arm64' }, /^the platform was linux x64/],
    [{ container: 'docker' }, /^the container was none and is docker$/],
    [{ container: null }, /^the container was none and is unknown$/],
    [{ mounts: 'sha256:2' }, /^what is mounted here has changed$/],
    [{ checkout: { root: '/w', commit: null } }, /^the commit was aaaaaaaa and is unknown$/],
    [{ server: { command: 'hmac:2', version: null } }, /^the server's command line has changed$/],
    [{ server: null }, /^the server's command line has changed$/],
  ];
  for (const [change, words] of changed) {
    const said = staleBecause(HERE, { ...HERE, ...change });
    assert.equal(said.length, 1, JSON.stringify(change));
    assert.match(said[0] ?? '', words);
  }
});

test("doctor's words: passed, stale, failed", () => {
  const kept = {
    drill: 'paths',
    server: 'files',
    at: '2026-01-01T00:00:00.000Z',
    passed: true,
    environment: HERE,
  } as const;
  const now = Date.parse(kept.at) + 3_600_000;
  assert.equal(checkDrill(kept, [], now).state, 'ok');
  const stale = checkDrill(kept, ['what is mounted here has changed'], now);
  assert.deepEqual([stale.state, stale.remedy], ['warn', 'callgrove drill paths --server files runs it anew.']);
  const failed = checkDrill({ ...kept, passed: false }, [], now);
  assert.deepEqual([failed.state, /does not contain/.test(failed.detail)], ['fail', true]);
});
