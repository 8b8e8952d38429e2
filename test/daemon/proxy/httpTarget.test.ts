import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTarget } from '../../../daemon/proxy/httpTarget.ts';
import { withoutSecrets } from '../../../daemon/proxy/urlArguments.ts';

const reference = (text: string) => `\${${text}}`;
const env = { TOKEN: 'abc', EMPTY: '' };

function headersOf(headers: string[], given = {}) {
  const parsed = parseTarget('http://h/', headers, env, given);
  assert.ok(parsed.kind === 'target', JSON.stringify(parsed));
  return { headers: parsed.target.headers, notes: parsed.notes };
}

for (const [header, expected] of [
  ['X-A=b', { 'x-a': 'b' }],
  ['X-A=b=c', { 'x-a': 'b=c' }],
  ['X-A=', { 'x-a': '' }],
  [`Authorization=Bearer ${reference('TOKEN')}`, { authorization: 'Bearer abc' }],
  [`X-A=${reference('MISSING:-x')}${reference('EMPTY:-y')}${reference('TOKEN:-z')}`, { 'x-a': 'xyabc' }],
  [`X-A=${reference('EMPTY')}`, { 'x-a': '' }],
  ['X-A=$TOKEN and ${not a name}', { 'x-a': '$TOKEN and ${not a name}' }],
] as const) {
  test(`--header ${header}`, () => assert.deepEqual(headersOf([header]).headers, expected));
}

for (const [address, headers, reason] of [
  ['ftp://h/', [], /http/],
  ['file:///etc/passwd', [], /http/],
  ['not an address', [], /http/],
  ['http://h/', ['novalue'], /NAME=VALUE/],
  ['http://h/', ['a b=c'], /NAME=VALUE/],
  ['http://h/', ['=c'], /NAME=VALUE/],
  ['http://h/', [`A=${reference('MISSING')}`], /the header A needs the variable MISSING, which is not set/],
  ['http://h/', ['A=secret\r\nX-Evil: 1'], /characters that no header may hold/],
  ['http://h/', ['A=✓'], /characters/],
] as const) {
  test(`${address} with ${JSON.stringify(headers)} is wrong, without its value in the message`, () => {
    const parsed = parseTarget(address, headers, env);
    assert.ok(parsed.kind === 'wrong');
    assert.match(parsed.reason, reason);
    assert.doesNotMatch(parsed.reason, /secret/);
  });
}

test('headers of the transport are left out and named', () => {
  const { headers, notes } = headersOf(['Content-Length=5', 'mcp-session-id=x', 'X-A=b']);
  assert.deepEqual(headers, { 'x-a': 'b' });
  assert.equal(notes.length, 2);
});

test('the command line goes before the environment, whose values stand as they are', () => {
  assert.deepEqual(headersOf(['X-A=mine'], { 'X-A': 'theirs', 'X-B': reference('TOKEN') }).headers, {
    'x-a': 'mine',
    'x-b': reference('TOKEN'),
  });
});

test('userinfo becomes a header; it and query values are in nothing that is shown', () => {
  const parsed = parseTarget('https://ada:l%20ve@h:8443/mcp?key=topsecret&b=1#frag', [], env);
  assert.ok(parsed.kind === 'target');
  const { url, headers, shown } = parsed.target;
  assert.equal(headers.authorization, `Basic ${Buffer.from('ada:l ve').toString('base64')}`);
  assert.equal(url.href, 'https://h:8443/mcp?key=topsecret&b=1');
  assert.equal(shown, 'https://h:8443/mcp?key=…&b=…');
});

test('command lines of the process chain lose header values, userinfo and query values', () => {
  const argv = [
    'node',
    'run',
    '--url',
    'http://u:p@h/x?k=secret',
    '--header',
    'A=secret',
    '--header=B=secret',
    'plain=1',
  ];
  const fact = withoutSecrets({ pid: 1, ppid: 0, start: null, exe: null, argv, cwd: null });
  assert.deepEqual(fact.argv, ['node', 'run', '--url', 'http://h/x?k=…', '--header', 'A=…', '--header=B=…', 'plain=1']);
});
