import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskCommand, maskUrl } from '../../../daemon/model/maskCommand.ts';
import { portableText } from '../../../daemon/model/portableText.ts';

const TOKEN = `ghp_${'a1B2c3D4e5'.repeat(4)}`;

const CASES: readonly (readonly [words: string[], shown: string[], secrets: number])[] = [
  [['npx', 'server', '--api-key', 'abc123'], ['npx', 'server', '--api-key', '<secret:credential>'], 1],
  [['server', '--password=p w'], ['server', '--password=<secret:password>'], 1],
  [
    ['docker', 'run', '-e', 'GITHUB_TOKEN=abc', 'x'],
    ['docker', 'run', '-e', 'GITHUB_TOKEN=<secret:credential>', 'x'],
    1,
  ],
  [
    ['server', '--header', 'Authorization: Bearer abc.def'],
    ['server', '--header', 'Authorization: Bearer <secret:authorization>'],
    1,
  ],
  [['server', 'postgresql://user:p@ss@db:5432/x'], ['server', 'postgresql://user:<secret:url-password>@db:5432/x'], 1],
  [['server', 'https://h/mcp?api_key=abcdef&page=2'], ['server', 'https://h/mcp?api_key=<secret:url-query>&page=2'], 1],
  [['server', TOKEN], ['server', '<secret:github-token>'], 1],
  [
    ['server', '--token', `\${TOKEN}`, `https://h/?key=\${KEY}`],
    ['server', '--token', `\${TOKEN}`, `https://h/?key=\${KEY}`],
    0,
  ],
  [['server', '--header', `Authorization:\${AUTH}`, '/ws'], ['server', '--header', `Authorization:\${AUTH}`, '/ws'], 0],
  [
    ['npx', '-y', '@a/server@1.2.3', 'http://localhost:3000/mcp'],
    ['npx', '-y', '@a/server@1.2.3', 'http://localhost:3000/mcp'],
    0,
  ],
];
for (const [words, shown, secrets] of CASES)
  test(`secrets of a command line are masked: ${shown.join(' ')}`, () => {
    const masked = maskCommand(words);
    assert.deepEqual(masked.words, shown);
    assert.equal(masked.secrets.length, secrets);
  });

test('a URL loses user information and the values of its query', () => {
  assert.equal(maskUrl('https://u:p@h:1/mcp?token=abc&v=1#x'), 'https://h:1/mcp?token&v');
  assert.equal(maskUrl('https://h/mcp'), 'https://h/mcp');
});

test('what only this machine has is named, whole folders only', () => {
  const at = { root: '/home/u/ws', home: '/home/u', platform: 'linux' };
  assert.equal(portableText('/home/u/ws/dist/index.js', at), './dist/index.js');
  assert.equal(portableText('--root=/home/u/ws:/home/u/x', at), '--root=.:~/x');
  assert.equal(portableText('/home/u/ws-old /home/user /mnt/home/u', at), '~/ws-old /home/user /mnt/home/u');
  assert.equal(
    portableText('file:///home/u/ws/x -I/home/u/inc /home/u/ws. /home/u/ws.old', at),
    'file://./x -I~/inc .. ~/ws.old',
  );
  const outer = { root: '/home', home: '/home/u', platform: 'linux' };
  assert.equal(portableText('/home/u/x /home/v /', outer), '~/x ./v /');
  assert.equal(portableText('/etc/x', { root: '/', home: '/', platform: 'linux' }), '/etc/x');
  const windows = { root: 'C:\\Users\\u\\ws', home: 'C:\\Users\\u', platform: 'win32' };
  assert.equal(portableText('c:/users/u/ws/x', windows), './x');
});
