import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRedactor } from '../../../daemon/redact/redactor.ts';
import { CUSTOM, KNOWN_FORMATS, PASSWORD, PRIVATE_KEY } from './plantedSecrets.ts';

const machineKey = new Uint8Array(32).fill(7);
const redactor = await createRedactor({ machineKey });
const one = async (text: string) => (await redactor.redact([text]))[0]!;

const ALL = { ...KNOWN_FORMATS, 'private key': PRIVATE_KEY };

/** Ways in which a secret of a known format may stand in a text. */
const CARRIERS: Readonly<Record<string, (secret: string) => string>> = {
  alone: (secret) => secret,
  prose: (secret) => `the value is ${secret}, use it.`,
  json: (secret) => JSON.stringify({ a: { note: `x ${secret} y` } }),
  'json in json': (secret) => JSON.stringify({ a: JSON.stringify({ note: `x ${secret} y` }) }),
  'json in json in json': (secret) => JSON.stringify(JSON.stringify(JSON.stringify({ note: secret }))),
  base64: (secret) => `data ${Buffer.from(secret).toString('base64')} end`,
  'base64 in the middle': (secret) =>
    JSON.stringify({ blob: Buffer.from(`{"x":"y","key":"${secret}"}`).toString('base64') }),
  base64url: (secret) => Buffer.from(`>>>???${secret}`).toString('base64url'),
  'base64 twice': (secret) => Buffer.from(Buffer.from(secret).toString('base64')).toString('base64'),
  hex: (secret) => `0x ${Buffer.from(secret).toString('hex')}`,
  percent: (secret) => `http://host/path?x=${encodeURIComponent(`"${secret}"`)}`,
};

for (const [carrier, put] of Object.entries(CARRIERS)) {
  test(`every known format is masked: ${carrier}`, async () => {
    for (const [kind, secret] of Object.entries(ALL)) {
      const text = put(secret);
      const result = await one(text);
      const core = secret.slice(4, 40).split('\n')[0]!;
      for (const form of [core, put(secret).includes(core) ? core : text.slice(20, 40)]) {
        assert.ok(!result.text.includes(form), `${kind} in ${carrier}: ${result.text}`);
      }
      assert.ok(result.count >= 1);
    }
  });
}

const NAMED: readonly (readonly [text: (secret: string) => string, keeps: string])[] = [
  [(s) => JSON.stringify({ password: s, user: 'jane' }), '"user":"jane"'],
  [(s) => JSON.stringify({ outer: JSON.stringify({ api_key: s, user: 'jane' }) }), 'jane'],
  [(s) => JSON.stringify(JSON.stringify(JSON.stringify({ clientSecret: s, user: 'jane' }))), 'jane'],
  [(s) => `{"headers":{"Authorization":"Bearer ${s}","Accept":"*/*"}}`, '"Authorization":"Bearer <secret:'],
  [(s) => `GET / HTTP/1.1\r\nHost: x.example\r\nAuthorization: Bearer ${s}\r\nAccept: */*`, 'Accept: */*'],
  [(s) => `Cookie: sid=${s}; theme=dark\nHost: x`, 'Host: x'],
  [(s) => `Set-Cookie: id=${s}; Path=/\nHost: x`, 'Host: x'],
  [(s) => `Mcp-Session-Id: ${s}\nHost: x`, 'Host: x'],
  [(s) => `X-Api-Key: ${s}\nHost: x`, 'Host: x'],
  [(s) => `curl -H "X-Api-Key: ${s}" https://x.example/`, 'https://x.example/'],
  [(s) => `HOME=/home/jane\nMY_SERVICE_TOKEN=${s}\nLANG=C`, 'LANG=C'],
  [(s) => `export DB_PASSWORD='${s}'\nLANG=C`, 'LANG=C'],
  [(s) => `const apiKey = "${s}";`, 'const apiKey = "'],
  [(s) => `password: ${s}\nuser: jane`, 'user: jane'],
  [(s) => `server --token ${s} --verbose`, '--verbose'],
  [(s) => `server --password=${s} --verbose`, '--verbose'],
  [(s) => `postgres://jane:${s}@db.example:5432/main`, '@db.example:5432/main'],
  [(s) => `Server=db.example;User Id=jane;Password=${s};Encrypt=true`, 'Encrypt=true'],
  [(s) => `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${s};EndpointSuffix=core`, 'EndpointSuffix=core'],
  [(s) => `https://x.example/a?access_token=${encodeURIComponent(s)}&page=2`, '&page=2'],
  [(s) => `https://x.example/a?sig=${encodeURIComponent(s)}&page=2`, '&page=2'],
  [
    (s) =>
      JSON.stringify({
        env: [
          { name: 'MY_TOKEN', value: s },
          { name: 'LANG', value: 'C' },
        ],
      }),
    '"LANG"',
  ],
  [
    (s) =>
      JSON.stringify([
        ['Authorization', `Bearer ${s}`],
        ['Accept', '*/*'],
      ]),
    '*/*',
  ],
  [(s) => `<user>jane</user><password>${s}</password>`, '<user>jane</user>'],
  [(s) => JSON.stringify({ requestState: s, x: 1 }), '"x":1'],
];

test('values beside a credential name are masked, what stands around them is not', async () => {
  for (const [put, keeps] of NAMED) {
    for (const secret of [CUSTOM, PASSWORD, 'hunter2hunter2']) {
      const text = put(secret);
      const result = await one(text);
      assert.ok(
        !result.text.includes(secret) && !result.text.includes(encodeURIComponent(secret)),
        `${text}\n${result.text}`,
      );
      assert.ok(result.text.includes(keeps), `${text}\n${result.text}`);
      assert.equal((await one(result.text)).text, result.text, 'twice is once');
    }
  }
});

test('the same secret has the same digits wherever it stands', async () => {
  const secret = KNOWN_FORMATS.github!;
  const results = await redactor.redact([
    secret,
    `Authorization: Bearer ${secret}`,
    Buffer.from(secret).toString('base64'),
  ]);
  const digits = results.map(({ text }) => /#([0-9a-f]{8})>/.exec(text)?.[1]);
  assert.equal(new Set(digits).size, 1);
  assert.ok(results[0]!.text.startsWith('<secret:github-token#'));
});

test('escapes of JSON source hide nothing', async () => {
  const secret = KNOWN_FORMATS.github!;
  const custom = CUSTOM;
  for (const text of [
    JSON.stringify(`line\n${secret}\nline`),
    JSON.stringify(JSON.stringify(`a\t${secret}`)),
    JSON.stringify(`line\n${Buffer.from(`x=${secret}`).toString('base64')}\nline`),
    JSON.stringify(`HOME=/x\nMY_TOKEN=${custom}\nA=b`),
    `{"a":"\\u0067${secret.slice(1)}"}`,
    `{"url":"https:\\/\\/jane:${custom}@x.example\\/"}`,
  ]) {
    const { text: shown, count } = await one(text);
    assert.ok(count >= 1 && !shown.includes(secret.slice(1)) && !shown.includes(custom), `${text}\n${shown}`);
    assert.ok(!shown.includes(Buffer.from(`x=${secret}`).toString('base64')), shown);
  }
});

test('base64 in lines is read across its lines', async () => {
  const lines = Buffer.from(`{"pad":"${'x'.repeat(50)}","k":"${KNOWN_FORMATS.slack}"}`)
    .toString('base64')
    .match(/.{1,76}/g)!;
  const { text } = await one(`before\n${lines.join('\n')}\nafter`);
  assert.match(text, /^before\n<secret:encoded-slack-token#[0-9a-f]{8}>\nafter$/);
});

test('odd input: lone surrogates, no text, binary, unclosed quotes, deep nesting', async () => {
  for (const text of [
    '',
    '\ud800',
    `\udfff${KNOWN_FORMATS.npm}\ud800`,
    '\0\u0001\ufffd',
    '"password":"',
    `token=${'\\'.repeat(5000)}"x`,
    '%'.repeat(500),
    '%E0%A4%A',
    '://'.repeat(1000),
  ]) {
    const result = await one(text);
    assert.equal(typeof result.text, 'string');
    assert.ok(!result.text.includes(KNOWN_FORMATS.npm!));
  }
  const cut = `{"api_key":"${CUSTOM}`;
  assert.ok(!(await one(cut)).text.includes(CUSTOM));
});

test('a text of 8 MB is read in pieces; a secret on every border is found', async () => {
  const filler = 'lorem ipsum dolor sit amet\n'.repeat(40_000);
  const pieces: string[] = [];
  let length = 0;
  for (let border = 256 * 1024; border < 8e6; border += 256 * 1024) {
    for (const to of [border - 20, border + 32 * 1024 - 20]) {
      if (to <= length) continue;
      pieces.push(filler.slice(0, to - length - 1), ' ', KNOWN_FORMATS.github!);
      length = to + KNOWN_FORMATS.github!.length;
    }
  }
  const result = await one(pieces.join(''));
  assert.equal(result.count, pieces.length / 3);
  assert.ok(!result.text.includes('ghp_'));
});

test('a secret deep in a long base64 blob is found, and the rest of the blob kept', async () => {
  const blob = Buffer.concat([
    Buffer.alloc(900_001, 'abcdefghij '),
    Buffer.from(` ${KNOWN_FORMATS.stripe} `),
    Buffer.alloc(300_000, 'xyz '),
  ]).toString('base64');
  const result = await one(blob);
  assert.equal(result.count, 1);
  assert.ok(Buffer.from(result.text.replace(/<secret:[^>]*>/, ''), 'base64').indexOf('sk_live_') < 0);
  assert.ok(result.text.length > blob.length - 300);
});

test('hostile texts take time in proportion to their length', async () => {
  // Generous bounds on counted work are not to be had from regular expressions; so each of these ends, or the run does.
  const hostile = [
    'token=',
    'token:',
    'password="',
    '://',
    '://a:',
    'eyJ',
    'sk-',
    '?key=',
    'ghs_1_',
    '-----BEGIN PRIVATE KEY-----',
    'A1b2',
    '%41',
    '\\',
    '\\n',
    '"token":\\"',
    'xoxb-',
    'Bearer ',
  ];
  for (const text of hostile) assert.equal(typeof (await one(text.repeat(300_000 / text.length))).text, 'string');
});

test('no text breaks it, none comes out twice masked, and a secret between any neighbours is found', async () => {
  const neighbour = fc.string({ unit: 'binary', maxLength: 60 });
  const secret = KNOWN_FORMATS.github!;
  await fc.assert(
    fc.asyncProperty(neighbour, neighbour, async (left, right) => {
      const plain = (await one(left + right)).text;
      assert.equal((await one(plain)).text, plain);
      assert.ok(!(await one(`${left} ${secret} ${right}`)).text.includes(secret));
      assert.ok(!(await one(JSON.stringify({ [left]: `${left} ${secret}\n${right}` }))).text.includes(secret));
    }),
  );
});
