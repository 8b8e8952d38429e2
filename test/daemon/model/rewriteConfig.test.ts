/** Every agent's real shapes, and files that a fuzzer made of them: what was wrapped comes back byte for byte. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ConfigFormat, type ConfigMember, plainOf } from '../../../daemon/model/configTree.ts';
import { readLaunched } from '../../../daemon/model/launched.ts';
import { leftAlone } from '../../../daemon/model/leftAlone.ts';
import {
  formatOf,
  parseConfig,
  readText,
  unwrapOne,
  unwrapSeveral,
  wrapOne,
  wrapSeveral,
} from '../../../daemon/model/rewriteConfig.ts';
import { type ServerEntry, serverEntries } from '../../../daemon/model/serverEntries.ts';
import { launchedBy } from '../../../daemon/model/unwrapEntry.ts';

const folder = resolve(import.meta.dirname, '../../fixtures/agents');
const fixtures = readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }));
const options = { launch: { command: '/h/.local/state/callgrove/bin/callgrove', args: [] }, home: null };
const windows = {
  launch: { command: 'C:\\Program Files\\nodejs\\node.exe', args: ['C:\\Users\\me\\callgrove\\bin\\launch.cjs'] },
  home: 'D:\\state',
};

const entriesOf = (text: string, format: ConfigFormat) => serverEntries(parseConfig(text, format));
const reasonOf = (entry: ServerEntry, file: string) =>
  leftAlone(entry, { format: formatOf(file), sseKeys: file.startsWith('gemini') ? ['url'] : [], named: false });

/** What is left alone in the fixtures, by file and server; all others are wrapped. */
const LEFT: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  'claude.mcp.json': {
    events: /HTTP\+SSE/,
    signed: /sign-in \("oauth"\)/,
    helper: /sign-in \("headersHelper"\)/,
    socket: /WebSocket/,
    line: /whole command line/,
    'by-hand': /calls callgrove run already/,
    'by-npx': /calls callgrove run already/,
    home: /only its agent knows/,
    strange: /neither a command nor a URL/,
    text: /no object/,
  },
  'codex.config.toml': {
    elsewhere: /another machine/,
    'env-headers': /"env_http_headers" has no counterpart/,
    off: /switched off/,
  },
  'cursor.mcp.json': { 'in-url': /carries a credential/, 'user-in-url': /carries a credential/, signed: /sign-in/ },
  'gemini.settings.json': { events: /HTTP\+SSE/, google: /sign-in/ },
  'opencode.jsonc': { signed: /sign-in/, off: /switched off/, org: /neither a command nor a URL/ },
  'roo.mcp_settings.json': { s: /HTTP\+SSE/ },
  'vscode.mcp.json': { sandboxed: /sandbox/, debugged: /debugs the program/, pipe: /none of http or https/ },
  'windsurf.mcp_config.json': { off: /switched off/ },
  'zed.settings.json': { extension: /neither a command nor a URL/ },
};

for (const { file, text } of fixtures) {
  const format = formatOf(file);
  test(`${file}: each entry is wrapped or left alone for its reason, and comes back exactly`, () => {
    const entries = entriesOf(text, format);
    assert.ok(entries.length > 0);
    const wrappable = entries.filter((entry) => {
      const reason = reasonOf(entry, file);
      const expected = LEFT[file]?.[entry.name];
      if (expected) assert.match(reason ?? 'nothing', expected, entry.name);
      else assert.equal(reason, null, entry.name);
      return !expected;
    });
    for (const how of [options, windows]) {
      let all = text;
      for (const entry of wrappable) {
        const wrapped = wrapOne(readText(all, format), format, entry, how);
        assert.equal(wrapped.kind, 'done', entry.name);
        if (wrapped.kind === 'done') all = wrapped.text;
        assert.deepEqual(wrapOne(readText(all, format), format, entry, how), { kind: 'unchanged' });
      }
      for (const entry of entriesOf(all, format)) {
        const launched = launchedBy(entry);
        assert.equal(launched !== null, !LEFT[file]?.[entry.name], entry.name);
        if (launched) assert.deepEqual([launched.name, launched.home], [entry.name, how.home]);
      }
      for (const entry of wrappable) {
        const plain = unwrapOne(readText(all, format), format, entry);
        assert.equal(plain.kind, 'done', entry.name);
        if (plain.kind === 'done') all = plain.text;
      }
      assert.equal(all, text);
    }
  });
}

test('a wrapped entry starts the original command, whole, behind --', () => {
  for (const { file, text } of fixtures) {
    const format = formatOf(file);
    for (const entry of entriesOf(text, format)) {
      if (LEFT[file]?.[entry.name] || entry.shape.kind === 'url') continue;
      const wrapped = wrapOne(readText(text, format), format, entry, options);
      assert.equal(wrapped.kind, 'done');
      const after = wrapped.kind === 'done' ? wordsIn(wrapped.text, format, entry) : [];
      const launched = readLaunched(after);
      assert.deepEqual(after.slice(launched?.target.at), wordsIn(text, format, entry), `${file} ${entry.name}`);
    }
  }
});

test('headers stay where they are; none of their values comes to stand anywhere else', () => {
  const text = JSON.stringify({
    mcpServers: {
      a: { type: 'http', url: 'https://x/mcp', headers: { Authorization: 'Bearer literal-secret-1', X_Y: 's2' } },
    },
  });
  const [entry] = entriesOf(text, 'json');
  const wrapped = entry && wrapOne(readText(text, 'json'), 'json', entry, options);
  assert.ok(wrapped?.kind === 'done');
  const config = JSON.parse(wrapped.text);
  assert.deepEqual(config.mcpServers.a, {
    type: 'stdio',
    command: options.launch.command,
    args: ['run', '--name', 'a', '--url', 'https://x/mcp'],
    env: { CALLGROVE_HEADER_Authorization: 'Bearer literal-secret-1', CALLGROVE_HEADER_X__Y: 's2' },
  });
});

function wordsIn(text: string, format: ConfigFormat, { name, project }: ServerEntry): string[] {
  const found = entriesOf(text, format).find((entry) => entry.name === name && entry.project === project);
  const plain = (member: ConfigMember | null) => (member ? [plainOf(member.value)].flat().map(String) : []);
  if (found?.shape.kind === 'argv') return plain(found.shape.argv);
  return found?.shape.kind === 'command' ? [...plain(found.shape.command), ...plain(found.shape.args)] : [];
}

/** Cuts, doubles and inserts pieces anywhere: most results still parse, and look as people's files do. */
const mutation = fc.record({
  at: fc.nat(5000),
  cut: fc.nat(3),
  put: fc.constantFrom(
    ' ',
    '\n',
    '\r\n',
    '\t',
    '// c\n',
    '/* , */',
    '# c\n',
    ',',
    '"',
    'a',
    '\\n',
    '\\u0041',
    '[]',
    '{}',
    "'",
    '–',
  ),
});

test('property: whatever the file looks like, what was wrapped in any order comes back exactly', () => {
  let wrappedOften = 0;
  fc.assert(
    fc.property(
      fc.nat(fixtures.length - 1),
      fc.array(mutation, { maxLength: 6 }),
      fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 }),
      fc.constantFrom('', '\uFEFF'),
      (which, mutations, order, mark) => {
        const { file, text } = fixtures[which]!;
        const format = formatOf(file);
        let start = mark + text.replace(/^\uFEFF/, '');
        for (const { at, cut, put } of mutations) {
          const place = at % (start.length + 1);
          start = start.slice(0, place) + put + start.slice(place + cut);
        }
        let all = start;
        const entries = entriesOf(start, format).filter((entry) => reasonOf(entry, file) === null);
        const shuffled = entries
          .map((entry, at) => [order[at % order.length]!, entry] as const)
          .sort(([a], [b]) => a - b);
        const why = shuffled.map(([, entry]) => {
          const wrapped = wrapOne(readText(all, format), format, entry, options);
          if (wrapped.kind === 'done') all = wrapped.text;
          return wrapped.kind === 'done'
            ? null
            : wrapped.kind === 'refused'
              ? wrapped.reason
              : 'nothing was to be done';
        });
        // All at once is the same, also where some of them cannot be wrapped.
        const wishes = shuffled.map(([, id]) => ({ id, options }));
        const several = wrapSeveral(readText(start, format), format, wishes);
        assert.deepEqual([several.now.text, several.whyNot], [all, why]);
        const done = wishes.filter((_, at) => why[at] === null).map(({ id }) => id);
        const back = unwrapSeveral(several.now, format, done);
        assert.deepEqual([back.now, back.whyNot], [readText(start, format), done.map(() => null)]);
        for (const entry of entriesOf(all, format)) {
          if (!launchedBy(entry)) continue;
          wrappedOften++;
          const plain = unwrapOne(readText(all, format), format, entry);
          assert.equal(plain.kind, 'done');
          if (plain.kind === 'done') all = plain.text;
        }
        assert.equal(all, start);
      },
    ),
    { numRuns: 400 },
  );
  assert.ok(wrappedOften > 100, `only ${wrappedOften} entries were wrapped`);
});

test('property: entries of any words and any layout', () => {
  const word = fc.string({ unit: 'binary', maxLength: 8 });
  const blank = fc.constantFrom('', ' ', '\n', '\r\n\t', '  // c\n', '/* x */');
  fc.assert(
    fc.property(
      word,
      fc.option(fc.array(word, { maxLength: 4 })),
      fc.array(blank, { minLength: 9, maxLength: 9 }),
      fc.boolean(),
      (command, args, blanks, tail) => {
        const [a, b, c, d, e, f, g, h, i] = blanks;
        const list = args?.map((one) => JSON.stringify(one)).join(`${e},${f}`);
        const ending = tail && args && args.length > 0 ? ',' : '';
        const member = args ? `,${c}"args"${d}:${d}[${e}${list}${ending}${g}]` : '';
        const start = `{${a}"mcpServers":${b}{"a":{"command"${i}:${i}${JSON.stringify(command)}${h}${member}${h}}}}`;
        const [entry] = entriesOf(start, 'json');
        assert.ok(entry);
        const wrapped = wrapOne(readText(start, 'json'), 'json', entry, options);
        assert.ok(wrapped.kind === 'done');
        assert.deepEqual(wrapped.entries, entriesOf(wrapped.text, 'json'));
        const back = unwrapOne(wrapped, 'json', entry);
        assert.deepEqual(back, { kind: 'done', ...readText(start, 'json') }, 'with the entries of its text');
      },
    ),
    { numRuns: 300 },
  );
});

test('where one of several is no longer there, the others are wrapped and unwrapped all the same', () => {
  const start = '{"mcpServers":{"a":{"command":"npx","args":["x"]},"b":{"command":"y"}}}';
  const ids = ['a', 'gone', 'b'].map((name) => ({ name, project: null }));
  const wrapped = wrapSeveral(
    readText(start, 'json'),
    'json',
    ids.map((id) => ({ id, options })),
  );
  assert.deepEqual(wrapped.whyNot, [null, 'it stands in the file more than once, or no longer', null]);
  assert.deepEqual(
    wrapped.now.entries.map((entry) => launchedBy(entry)?.name),
    ['a', 'b'],
  );
  const plain = unwrapSeveral(wrapped.now, 'json', ids);
  assert.deepEqual([plain.now.text, plain.whyNot], [start, [null, 'nothing was to be done', null]]);
});

test('what was changed in a wrapped entry since stays when it is unwrapped', () => {
  const start = '{"mcpServers":{"a":{"command":"npx","args":["x"]},"b":{"command":"y"}}}';
  let all = start;
  for (const entry of entriesOf(start, 'json')) {
    const wrapped = wrapOne(readText(all, 'json'), 'json', entry, options);
    if (wrapped.kind === 'done') all = wrapped.text;
  }
  const pretty = JSON.parse(all);
  pretty.mcpServers.a.args.push('--more');
  pretty.mcpServers.b.args.push('--verbose');
  pretty.mcpServers.b.env = { A: '1' };
  all = JSON.stringify(pretty, null, 4);
  for (const entry of entriesOf(all, 'json')) {
    const plain = unwrapOne(readText(all, 'json'), 'json', entry);
    assert.equal(plain.kind, 'done');
    if (plain.kind === 'done') all = plain.text;
  }
  assert.deepEqual(JSON.parse(all), {
    mcpServers: {
      a: { command: 'npx', args: ['x', '--more'] },
      b: { command: 'y', args: ['--verbose'], env: { A: '1' } },
    },
  });
});

test('what cannot be parsed, stands twice or says nothing of its past is not touched', () => {
  const twice = '{"mcpServers":{"a":{"command":"x"},"a":{"command":"y"}}}';
  assert.equal(wrapOne(readText(twice, 'json'), 'json', { name: 'a', project: null }, options).kind, 'refused');
  const inner = entriesOf('{"mcpServers":{"a":{"command":"x","command":"y"}}}', 'json')[0];
  assert.match(inner ? (reasonOf(inner, 'x.json') ?? '') : '', /stands in it twice/);
  assert.deepEqual(entriesOf('{"mcpServers": {"a": ', 'json'), []);
  const broken = '{"mcpServers":{"a":{"command":"/s/callgrove/bin/callgrove","args":["run","--name","a"]}}}';
  assert.equal(unwrapOne(readText(broken, 'json'), 'json', { name: 'a', project: null }).kind, 'unchanged');
});
