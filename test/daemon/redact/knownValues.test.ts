import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRedactor } from '../../../daemon/redact/redactor.ts';

const machineKey = new Uint8Array(32).fill(7);
const fingerprint = (value: string) => createHmac('sha256', machineKey).update(value).digest('hex').slice(0, 8);
const SECRET = 'correct-horse-battery';
const environment: Record<string, string> = {
  TEAM_SECRET: SECRET,
  DATABASE_URL: 'file:///srv/data/main.db?mode=rw',
  ODD_PASSWORD: 'two words & more',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtn7EMI/K7MDENG/bPxRfiCY+x==',
  SHORT_TOKEN: 'abc1234',
  HOME: '/home/jane',
  EDITOR: 'some-editor-with-a-long-name',
  EMPTY_KEY: '',
};
const fingerprints = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, fingerprint(value)]));
const redactor = (await createRedactor({ machineKey })).forConnection({ fingerprints });
const one = async (text: string) => (await redactor.redact([text]))[0]!;

test('a value of a credential variable is masked by its name, wherever it turns up', async () => {
  const placeholder = `<secret:env-TEAM_SECRET#${fingerprint(SECRET)}>`;
  for (const [text, shown] of [
    [SECRET, placeholder],
    [`say ${SECRET}.`, `say ${placeholder}.`],
    [`(${SECRET}), "${SECRET}"`, `(${placeholder}), "${placeholder}"`],
    [JSON.stringify({ note: `a\n${SECRET}\nb` }), `{"note":"a\\n${placeholder}\\nb"}`],
    [`x=${SECRET};y=1`, `x=${placeholder};y=1`],
    [`https://x.example/${SECRET}/a`, `https://x.example/${placeholder}/a`],
    [`${environment.DATABASE_URL} `, `<secret:env-DATABASE_URL#${fingerprints.DATABASE_URL}> `],
    ['two words & more', `<secret:env-ODD_PASSWORD#${fingerprints.ODD_PASSWORD}>`],
  ] as const) {
    assert.equal((await one(text)).text, shown);
  }
});

test('a value with signs of its own is found inside a longer word', async () => {
  const key = environment.AWS_SECRET_ACCESS_KEY ?? '';
  const placeholder = `<secret:env-AWS_SECRET_ACCESS_KEY#${fingerprints.AWS_SECRET_ACCESS_KEY}>`;
  for (const around of [
    (value: string) => `s3://eu:${value}@bucket.example/a`,
    (value: string) => `mode=x&k9=${value}&next=1`,
    (value: string) => `Basic|${value}|end`,
    (value: string) => `[${value},other]`,
  ])
    assert.equal((await one(around(key))).text, around(placeholder), around('…'));
  const list = Array.from({ length: 40 }, (_, i) => `aB${i}`).join('/');
  assert.equal((await one(list)).count, 0, 'long lists are not tried in every way');
});

test('also encoded', async () => {
  for (const encoding of ['base64', 'base64url', 'hex'] as const) {
    for (const value of [SECRET, `jane:${SECRET}`, `{"a":"${SECRET}"}`]) {
      const encoded = Buffer.from(value).toString(encoding);
      assert.ok(!(await one(`v ${encoded} w`)).text.includes(encoded), `${encoding} of ${value}`);
    }
  }
});

test('short values and variables of other names are left alone', async () => {
  for (const text of ['abc1234 /home/jane some-editor-with-a-long-name', 'correct-horse']) {
    assert.equal((await one(text)).text, text);
  }
});

test('another connection does not know them', async () => {
  const other = (await createRedactor({ machineKey })).forConnection({ fingerprints: {} });
  assert.equal((await other.redact([SECRET]))[0]!.text, SECRET);
});

test("the value after a credential option of the server's command line is masked", async () => {
  const base = await createRedactor({ machineKey });
  const own = base.forConnection({
    fingerprints: {},
    argv: ['server', '--api-key', SECRET, '--root', '/srv/projects'],
  });
  const [shown] = await own.redact([`using ${SECRET} in /srv/projects`]);
  assert.equal(shown!.text, `using <secret:argv-credential#${fingerprint(SECRET)}> in /srv/projects`);
});

test('a value is found behind words of any length: looking at few characters misses none', async () => {
  const words = fc.string({ unit: fc.constantFrom(...'abXY09-_.é \n"<=:,/'), maxLength: 60 });
  const sign = fc.constantFrom(' ', '\n', '"', "'", '<', '=', '(', '\u00a0', '\u2028', '');
  await fc.assert(
    fc.asyncProperty(words, sign, words, async (before, edge, after) => {
      const shown = await one(`${edge === '' ? '' : before}${edge}${SECRET}${edge}${edge === '' ? '' : after}`);
      assert.ok(!shown.text.includes(SECRET), shown.text);
    }),
    { numRuns: 500 },
  );
});
