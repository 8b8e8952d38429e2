/**
 * Every kind of secret, in every spelling, in everything that a session has, written past all that masks before: none
 * of it stands in any member of the bundle, as a search for each of them says, and a scan by other rules.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBundle } from '../../daemon/bundle/readBundle.ts';
import { verifyBundle } from '../../daemon/bundle/verifyBundle.ts';
import { bundleScan } from '../../daemon/bundleScan.ts';
import { DEFAULT_BUNDLE_BYTES } from '../../daemon/protocol/bundle.ts';
import { RunComparison } from '../../daemon/protocol/comparison.ts';
import { exportedBundle } from '../support/exportedBundle.ts';
import { digestOf, fakeCapture } from '../support/fakeCapture.ts';
import { fullRuns } from '../support/fakeHarness.ts';
import { independentScan } from '../support/independentScan.ts';
import { ingested } from '../support/ingested.ts';
import { journalScript } from '../support/journalScript.ts';
import { otherScanner, RULE_COUNT } from '../support/otherScanner.ts';
import { ENCODINGS, foundIn, PLANTED } from '../support/plantedForExport.ts';

const CONNECTION = 'con_01jd3e8k9mq7r5t2v4w6x8y0zz';
/** With two spellings a turn each kind is written in all of them. */
const TURNS = 9;
const spellings = Object.entries(ENCODINGS);
/** All of them, each with some words around it; which spelling comes first turns with `turn`. */
const every = (turn: number): string[] =>
  PLANTED.flatMap(({ text }, n) =>
    [0, 1].map((more) => `note ${n}: ${spellings[(n + turn + more * 8) % spellings.length]![1](text)} .`),
  );
const all = (turn: number) => every(turn).join('\n');

test('the independent scan finds what is planted', () => {
  const plain = PLANTED.filter(({ text }) => independentScan(`see ${text} here`).length > 0);
  assert.ok(plain.length >= PLANTED.length * 0.8, `${plain.length} of ${PLANTED.length}`);
  const hidden = PLANTED.filter(
    ({ text }) => independentScan(Buffer.from(`see ${text} here`).toString('base64')).length > 0,
  );
  assert.ok(hidden.length >= PLANTED.length * 0.7, `${hidden.length} of ${PLANTED.length}`);
});

test('so does the scanner that is not ours, by its own rules', (t) => {
  const found = PLANTED.filter(({ text }) => otherScanner(`see ${text} here`).length > 0);
  t.diagnostic(`${found.length} of ${PLANTED.length} kinds by ${RULE_COUNT} rules`);
  assert.ok(found.length >= 35, String(found.length));
  // Masked ones are none.
  assert.deepEqual(
    otherScanner('"password": "<secret:password#12345678>", "postgres://ada:<secret:url#12345678>@h/x"'),
    [],
  );
});

/** A comparison in which every text is one of these. */
function comparison(session: string): RunComparison {
  let turn = 0;
  const text = () => all(turn++ % TURNS);
  const runs = fullRuns(session, 'ses_0000000000000002', 3);
  const heads = Object.entries(runs.heads).map(([id, head]) => [
    id,
    { ...head, server: every(turn)[5], tool: every(turn)[7], summary: text(), error_message: text() },
  ]);
  return RunComparison.parse({
    diff: {
      ...runs.diff,
      harness: runs.diff.harness.map((one) => ({
        ...one,
        ...{ item: every(turn)[9], before: text(), after: text(), why_it_matters: text(), text_diff: text() },
      })),
      first_divergence: { a: null, b: null, explained_by: [{ item: text(), reason: text() }] },
    },
    heads: Object.fromEntries(heads),
    harness_missing: text(),
  });
}

test('no member holds any of them', async (t) => {
  const place = await ingested(t, (journal) => {
    const script = journalScript(journal, CONNECTION).open({
      argv: ['server', ...every(1)],
      cwd: `/w/${PLANTED[0]?.secret}`,
      environment: { [PLANTED[1]?.secret ?? '']: '00112233' },
    });
    for (let turn = 0; turn < TURNS; turn++) {
      script
        .c2s({
          jsonrpc: '2.0',
          id: turn,
          method: 'tools/call',
          params: { name: 'write', arguments: { text: all(turn), list: every(turn + 1), [every(turn)[3] ?? '']: 1 } },
        })
        .raw('stderr', all(turn))
        .s2c({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: all(turn + 2) } })
        .s2c({
          jsonrpc: '2.0',
          id: turn,
          result: {
            content: [{ type: 'text', text: all(turn + 3) }],
            structuredContent: { deep: [{ text: JSON.stringify({ inner: all(turn + 4) }) }] },
            isError: turn % 2 === 0,
          },
        });
    }
    script.exit(1);
  });
  const { database } = place;
  const { session_id: id, n } = database.sql('SELECT session_id, n FROM sessions').get() ?? {};
  const session = String(id);
  // Past every mask: as if the feed's had missed all of it.
  const put = (sql: string, ...values: (string | number | null)[]) => database.sql(sql).run(...values);
  put(
    'UPDATE calls SET summary = ?, error_message = ?, progress_message = ?, tool = ?, note = ?',
    all(5),
    all(6),
    all(7),
    every(8)[2] ?? '',
    all(9),
  );
  put(
    'UPDATE connections SET server = ?, server_name = ?, url = ?',
    every(9)[4] ?? '',
    every(10)[6] ?? '',
    `https://h/?x=${every(0)[0]}`,
  );
  put('INSERT OR REPLACE INTO marks VALUES (?, ?, 0)', session, all(10));
  put('UPDATE sessions SET workspace = ?, repo = ?', `/w/${every(0)[8]}`, `git:${every(0)[60]}`);
  const call = Number(database.sql('SELECT min(n) AS n FROM calls').get()?.n);
  put('INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?)', 'fnd_1', 'loop', 'warning', call, session, all(11), 1);
  const paths = [
    {
      argument: 'path',
      requested: all(0),
      canonical: all(1),
      symlinks: every(2),
      reason: 'credential_file',
      flags: [],
      access: 'read',
    },
  ];
  put(
    'INSERT INTO denials (call, session, decision, reason, mode, at, capability, remedy, paths) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    call,
    Number(n),
    'would_deny',
    'credential_file',
    'observe',
    1,
    all(12),
    all(13),
    JSON.stringify(paths),
  );
  const text = all(14);
  const capture = fakeCapture(
    {
      instruction_source: [
        {
          agent: 'claude-code',
          place: 'repository',
          path: `CLAUDE.md ${every(3)[0]}`,
          kind: 'instructions',
          counts: 'yes',
          why: all(15),
          scope: null,
          imported_by: null,
          sha256: digestOf(text),
          bytes: 1,
          hidden: [],
        },
      ],
      agent_settings: [
        {
          agent: 'claude-code',
          place: 'home',
          path: 'settings.json',
          kind: 'environment',
          key: every(1)[10] ?? '',
          value: all(16),
          authority: 'guidance',
          tracked: null,
          sha256: null,
        },
      ],
      test_command: { command: all(2), source: 'package.json', also: [] },
    },
    { missing: every(4) },
    [text],
  );
  put('INSERT INTO harness_texts VALUES (?, ?)', digestOf(text), text);
  put('INSERT INTO harnesses VALUES (?, ?)', capture.harness.harness_id, JSON.stringify(capture.harness));
  put(
    'INSERT INTO captures (capture_id, session_id, origin, harness_id, at, root, agent, workbench) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    `cap_${'0'.repeat(26)}`,
    session,
    'session',
    capture.harness.harness_id,
    5,
    '/w',
    'claude-code',
    JSON.stringify(capture.workbench),
  );
  put(
    "INSERT INTO trail (event_id, session_id, kind, at, sort, after, sentence, rev) VALUES ('ev_1', ?, 'frozen', 1, 'z', 'frz_1', ?, 0)",
    session,
    all(3),
  );

  const { file, manifest } = await exportedBundle(
    place,
    session,
    { with_instructions: true, diff: 'ses_0000000000000002' },
    { compare: async () => comparison(session) },
  );
  assert.deepEqual([manifest.counts.denials, manifest.counts.findings >= 1, manifest.counts.captures], [1, true, 1]);
  const bundle = await readBundle(file);
  t.after(() => bundle.dispose());
  const left = new Set<string>();
  let chars = 0;
  const names = [...bundle.names, 'manifest.json'];
  assert.deepEqual(names.length, 10);
  assert.ok(names.includes('diff.json'));
  for (const name of names) {
    let content = name === 'manifest.json' ? JSON.stringify(bundle.manifest) : '';
    if (name !== 'manifest.json') for await (const piece of bundle.text(name)) content += piece;
    chars += content.length;
    for (const { kind, secret } of PLANTED) {
      const how = foundIn(content, secret);
      if (how !== null) left.add(`${name}: ${kind}, ${how}`);
    }
    // In a page's data the placeholders' `<` is escaped, which other rules know nothing of.
    for (const { rule, match } of independentScan(content.replaceAll('\\u003c', '<')))
      left.add(`${name}: ${rule} by the other rules: ${match.slice(0, 60)}`);
  }
  assert.deepEqual([...left].slice(0, 40), []);
  assert.ok(chars > 100_000, String(chars));
  // What was found is told for each member, and nothing is found again.
  assert.deepEqual(
    new Set(manifest.redaction.map(({ member }) => member)),
    new Set([
      'session.json',
      'calls.ndjson',
      'frames.ndjson',
      'denials.ndjson',
      'findings.ndjson',
      'harness/',
      'diff.json',
    ]),
  );
  assert.deepEqual((await verifyBundle(bundle, bundleScan(new Uint8Array(32), []))).problems, []);
  assert.ok(bundle.manifest.members.reduce((sum, { bytes }) => sum + bytes, 0) < DEFAULT_BUNDLE_BYTES * 20);
});
