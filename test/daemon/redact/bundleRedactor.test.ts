/** What leaves the machine: every kind of secret in every spelling, who and where, the user's own rules; and nothing else changed. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { createBundleRedactor } from '../../../daemon/redact/bundleRedactor.ts';
import { ENCODINGS, foundIn, PLANTED } from '../../support/plantedForExport.ts';

const machineKey = new Uint8Array(32).fill(5);
const print = (value: string) => createHmac('sha256', machineKey).update(value).digest('hex').slice(0, 8);
const make = (over: Partial<Parameters<typeof createBundleRedactor>[0]> = {}) =>
  createBundleRedactor({
    machineKey,
    identity: {
      homes: ['/home/adalove', 'C:\\Users\\adalove'],
      users: ['adalove', 'max'],
      hosts: ['workhorse9', 'workhorse9.corp.internal'],
    },
    rules: [],
    environment: [],
    commands: [],
    ...over,
  });

test('there are enough kinds and spellings', () => {
  assert.ok(new Set(PLANTED.map(({ kind }) => kind)).size >= 60, String(PLANTED.length));
  assert.ok(Object.keys(ENCODINGS).length >= 8);
});

for (const [encoding, encode] of Object.entries(ENCODINGS))
  test(`no secret is left: ${encoding}`, () => {
    const redactor = make();
    const left: string[] = [];
    for (const { kind, secret, text } of PLANTED) {
      const spelled = encode(text);
      const places = {
        message: redactor.message(
          JSON.stringify({
            jsonrpc: '2.0',
            id: 1,
            result: { content: [{ type: 'text', text: `before ${spelled} after` }] },
          }),
          'frames.ndjson',
          'body',
        ),
        value: JSON.stringify(redactor.json({ summary: `before ${spelled} after`, list: [spelled] }, 'calls.ndjson')),
        name: JSON.stringify(redactor.json({ [spelled]: 1 }, 'session.json')),
        text: redactor.text(`before\n${spelled}\nafter`, 'README.md', ''),
      };
      for (const [place, masked] of Object.entries(places)) {
        const found = foundIn(masked, secret) ?? (masked.includes(spelled) ? 'as it was' : null);
        if (found !== null) left.push(`${kind} in a ${place}: ${found}`);
      }
    }
    assert.deepEqual(left, []);
  });

test('masking again changes nothing', () => {
  const redactor = make();
  for (const { text } of PLANTED) {
    const once = redactor.message(JSON.stringify({ a: `see ${text} and /home/adalove/x of adalove@corp.io` }), 'm', '');
    assert.equal(redactor.message(once, 'm', ''), once);
    assert.equal(make().message(once, 'm', ''), once);
  }
});

test('the same secret has the same digits, whatever it is written like, and the report names no value', () => {
  const redactor = make();
  const secret = PLANTED[0]!.secret;
  const a = redactor.text(`x ${secret} y`, 'calls.ndjson', 'summary');
  const b = redactor.text(`x ${ENCODINGS.percent!(secret)} y`, 'calls.ndjson', 'summary');
  assert.equal(/#([0-9a-f]{8})>/.exec(a)?.[1], /#([0-9a-f]{8})>/.exec(b)?.[1]);
  redactor.json({ calls: [{ input_summary: { requested_path: `/x/${secret}` } }] }, 'calls.ndjson');
  const found = redactor.found();
  assert.deepEqual(found.map(({ where }) => where).sort(), ['calls[].input_summary.requested_path', 'summary']);
  assert.ok(!JSON.stringify(found).includes(secret));
  assert.ok(found.every(({ placeholder }) => placeholder === 'secret'));
});

const WHO: readonly (readonly [text: string, masked: RegExp])[] = [
  ['/home/adalove/shop/src/a.ts', /^~\/shop\/src\/a\.ts$/],
  ['file:///home/adalove/shop', /^file:\/\/~\/shop$/],
  ['cd /home/adalove', /^cd ~$/],
  ['C:\\Users\\adalove\\shop', /^~\\shop$/],
  ['C:\\\\Users\\\\adalove\\\\shop', /^~\\\\shop$/],
  ['\\/home\\/adalove\\/shop', /^~\\\/shop$/],
  ['/home/adalovelace/x', /^\/home\/adalovelace\/x$/],
  ['/mnt/home/adalove2', /^\/mnt\/home\/adalove2$/],
  ['-rw-r--r-- 1 adalove staff 12', /^-rw-r--r-- 1 <user#[0-9a-f]{8}> staff 12$/],
  ['the max of two, Math.max(a, b)', /^the max of two, Math\.max\(a, b\)$/],
  ['/home/max/x and /Users/max', /^\/home\/<user#[0-9a-f]{8}>\/x and \/Users\/<user#[0-9a-f]{8}>$/],
  ['adalove@workhorse9:~$', /^<user#[0-9a-f]{8}>@<host#[0-9a-f]{8}>:~\$$/],
  ['http://workhorse9.corp.internal:8080/x', /^http:\/\/<host#[0-9a-f]{8}>:8080\/x$/],
  ['mail Grace.Hopper+x@navy.mil now', /^mail <email#[0-9a-f]{8}> now$/],
  [
    'git@github.com:a/b.git, ada@example.com, icon@2x.png, noreply@github.com, react@18.2.0',
    /^git@github\.com:a\/b\.git, ada@example\.com, icon@2x\.png, noreply@github\.com, react@18\.2\.0$/,
  ],
  [Buffer.from('{"cwd":"/home/adalove/shop"}').toString('base64'), /^<secret:encoded-home#[0-9a-f]{8}>={0,2}$/],
  ['%2Fhome%2Fadalove%2Fshop', /^~%2Fshop$/],
];
for (const [text, masked] of WHO)
  test(`who and where: ${text.slice(0, 60)}`, () => assert.match(make().text(text, 'm', ''), masked));

test('values of every variable that was seen, but for what is harmless', () => {
  const values = {
    DEPLOY_STAGE: 'zq81-Blue-kite',
    INTERNAL_ENDPOINT: 'svc-7f3a.internal9',
    SHELL: '/bin/bash',
    LANG: 'en_US.UTF-8',
    EDITOR_NAME: 'visual-studio-code',
    NODE_VERSION: '24.21.0.1',
  };
  const redactor = make({ environment: Object.entries(values).map(([name, value]) => [name, print(value)] as const) });
  const text = Object.values(values).join(' | ');
  assert.match(
    redactor.text(text, 'm', ''),
    /^<secret:env-DEPLOY_STAGE#\w+> \| <secret:env-INTERNAL_ENDPOINT#\w+> \| \/bin\/bash \| en_US\.UTF-8 \| visual-studio-code \| 24\.21\.0\.1$/,
  );
  // Two runs, two values of one name: both are known.
  const two = make({
    environment: [
      ['API_TOKEN', print('first-Value-1234')],
      ['API_TOKEN', print('second-Value-5678')],
    ],
  });
  assert.match(
    two.text('first-Value-1234 second-Value-5678', 'm', ''),
    /^<secret:env-API_TOKEN#\w+> <secret:env-API_TOKEN#\w+>$/,
  );
});

test('a server’s command line, and what stands after its options anywhere else', () => {
  const redactor = make({ commands: [['server', '--api-key', 'plainword99', '--port', '8080'], ['other']] });
  assert.match(redactor.text('it said plainword99 on 8080', 'm', ''), /^it said <secret:argv-[\w-]+#\w+> on 8080$/);
});

test('rules of the user’s own, with a group for the part that is meant', () => {
  const redactor = make({ rules: [{ name: 'ticket', pattern: /ACME-(?<secret>\d{4,})/g }] });
  assert.match(redactor.text('see ACME-4711 now', 'm', ''), /^see ACME-<secret:user-ticket#[0-9a-f]{8}> now$/);
});

test('a message keeps its numbers, order and repeated names where nothing is found in it', () => {
  const raw = '{"b": 1.0, "a": 12345678901234567890, "a": [1e2], "10": 0, "2": 1}';
  assert.equal(make().message(raw, 'm', ''), raw);
  assert.match(
    make().message('{"tokens": ["x1y2z3w4v5"], "access_tokens": ["qq11ww22ee33"], "pin": 1.0}', 'm', ''),
    /^\{"tokens": ?\[/,
  );
});
