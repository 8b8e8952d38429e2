import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  const secret = KNOWN_FORMATS['github']!;
  const results = await redactor.redact([
    secret,
    `Authorization: Bearer ${secret}`,
    Buffer.from(secret).toString('base64'),
  ]);
  const digits = results.map(({ text }) => /#([0-9a-f]{8})>/.exec(text)?.[1]);
  assert.equal(new Set(digits).size, 1);
  assert.ok(results[0]!.text.startsWith('<secret:github-token#'));
});
