import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argvCredentials, urlCredentials } from '../../../daemon/model/handedCredentials.ts';

test('credentials on a command line', () => {
  const table: [string[], [string, string | null][]][] = [
    [
      ['s', '--api-key', 'k1', '--token=t1', '--port', '80'],
      [
        ['argv:--api-key', 'k1'],
        ['argv:--token', 't1'],
      ],
    ],
    [['s', '--api-key', '--verbose'], []],
    [['s', '--header', 'Authorization: Bearer x', '-H', 'Accept: y'], [['header:authorization', 'Bearer x']]],
    [['s', '--header', 'Authorization:${AUTH}'], [['env:AUTH', null]]],
    [['s', '--token', '%ACME_TOKEN%'], [['env:ACME_TOKEN', null]]],
    [
      ['docker', 'run', '-e', 'GITHUB_TOKEN', '-e', 'LOG=1', '--env=API_KEY=k', 'image'],
      [
        ['env:GITHUB_TOKEN', null],
        ['env:API_KEY', 'k'],
      ],
    ],
    [['env', '-e', 'GITHUB_TOKEN'], []],
    [['s', '--max-tokens', '5', '--page-token=3'], []],
    [[], []],
  ];
  for (const [argv, expected] of table)
    assert.deepEqual(
      argvCredentials(argv).map(({ place, value }) => [place, value]),
      expected,
      argv.join(' '),
    );
});

test('credentials in an address', () => {
  const found = urlCredentials(new URL('https://mcp.exa.ai/mcp?exaApiKey=abc&tools=web&key=k&token='));
  assert.deepEqual(found, [
    { place: 'url:exaApiKey', value: 'abc' },
    { place: 'url:key', value: 'k' },
  ]);
});
