import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRun } from '../../../daemon/proxy/runOptions.ts';

const parse = (...argv: string[]) => parseRun(argv, (path) => path.startsWith('/'));
const options = (command: string, args: string[], more = {}) => ({
  kind: 'run',
  options: { name: null, home: null, daemon: true, url: null, headers: [], command, args, ...more },
});

for (const [argv, expected] of [
  [['--', 'node', 'x.js'], options('node', ['x.js'])],
  [['node', '--name', 'n'], options('node', ['--name', 'n'])],
  [['--name', 'fs', '--', 'node', '--', '--home'], options('node', ['--', '--home'], { name: 'fs' })],
  [['--name=fs', '--home=/h', '--no-daemon', '--', 'a'], options('a', [], { name: 'fs', home: '/h', daemon: false })],
  [['--', '--help'], options('--help', [])],
  [['--name', 'x', '-h'], { kind: 'help' }],
  [['--name', 'n', '--was', 'no-args', '--', 'node'], options('node', [], { name: 'n' })],
  [
    ['--url', 'http://x/mcp', '--header', 'A=${B}', '--header=C=d=e'],
    options('', [], { url: 'http://x/mcp', headers: ['A=${B}', 'C=d=e'] }),
  ],
] as const) {
  test(`run ${argv.join(' ')}`, () => assert.deepEqual(parse(...argv), expected));
}

for (const [argv, reason] of [
  [[], /no command/],
  [['--'], /no command/],
  [['--name'], /--name needs a value/],
  [['--name='], /--name needs a value/],
  [['--home', 'here', '--', 'x'], /absolute/],
  [['--url', 'http://x', '--', 'node'], /not both/],
  [['--url'], /--url needs a value/],
  [['--header', 'A=b', '--', 'node'], /goes with --url/],
  [['--no-daemon=1', '--', 'x'], /unknown option/],
  [['-x', '--', 'x'], /unknown option -x/],
] as const) {
  test(`run ${argv.join(' ')} is wrong usage`, () => {
    const parsed = parse(...argv);
    assert.ok(parsed.kind === 'wrong');
    assert.match(parsed.reason, reason);
  });
}
