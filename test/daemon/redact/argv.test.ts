import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedactor } from '../../../daemon/redact/redactor.ts';
import { KNOWN_FORMATS } from './plantedSecrets.ts';

const redactor = await createRedactor({ machineKey: new Uint8Array(32).fill(7) });

/** `*` stands for any placeholder. */
const CASES: readonly (readonly [argv: string[], shown: string[]])[] = [
  [
    ['npx', 'server', '--token', 'abc', '--verbose'],
    ['npx', 'server', '--token', '*', '--verbose'],
  ],
  [
    ['server', '--key', 'abc', '--api-key=abc', '--password=p w'],
    ['server', '--key', '*', '--api-key=*', '--password=*'],
  ],
  [
    ['env', 'MY_SECRET=abc', 'LANG=C', 'server'],
    ['env', 'MY_SECRET=*', 'LANG=C', 'server'],
  ],
  [
    ['server', '--token', '--verbose'],
    ['server', '--token', '--verbose'],
  ],
  [
    ['server', '--token', '<secret:credential>', '--api-key=<secret:credential>', '--token', '<secret:Tr0ub4dor>'],
    ['server', '--token', '<secret:credential>', '--api-key=<secret:credential>', '--token', '*'],
  ],
  [
    ['server', '--token', '$TOKEN', '--token=$TOKEN'],
    ['server', '--token', '$TOKEN', '--token=$TOKEN'],
  ],
  [
    ['server', 'https://jane:abcdef@x.example/?access_token=abc123&b=1'],
    ['server', 'https://jane:*@x.example/?access_token=*&b=1'],
  ],
  [
    ['server', '--header', 'Authorization: Bearer abcdef123456'],
    ['server', '--header', 'Authorization: Bearer *'],
  ],
  [
    ['server', KNOWN_FORMATS.github!],
    ['server', '*'],
  ],
  [
    ['node', '/srv/token/server.js', '--keyboard', 'de'],
    ['node', '/srv/token/server.js', '--keyboard', 'de'],
  ],
];

test('a command line shows its options, not its secrets', async () => {
  for (const [argv, expected] of CASES) {
    const shown = await redactor.redactArgv(argv);
    assert.deepEqual(
      shown.map((word) => word.replace(/<secret:[\w-]+#[0-9a-f]{8}>/g, '*')),
      expected,
    );
    assert.deepEqual(await redactor.redactArgv(shown), shown, 'twice is once');
  }
});
