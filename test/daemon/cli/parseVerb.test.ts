import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CliError } from '../../../daemon/cli/exit.ts';
import { parseVerb, wholeNumber } from '../../../daemon/cli/parseVerb.ts';
import type { VerbSpec } from '../../../daemon/cli/verb.ts';
import { nearest } from '../../../daemon/model/nearest.ts';

const spec: VerbSpec = {
  name: 'label',
  summary: '',
  usage: ['label SESSION TEXT'],
  args: [
    { name: 'SESSION', required: true, help: '' },
    { name: 'TEXT', required: false, help: '' },
  ],
  options: { clear: { value: null, help: '' }, limit: { value: 'N', help: '' } },
  examples: [],
  exits: {},
};

test('options and arguments in any order', () => {
  const { args, options } = parseVerb(spec, ['--json', 'last', '--limit=3', 'text', '--home', '/h']);
  assert.deepEqual(args, ['last', 'text']);
  assert.deepEqual(Object.fromEntries(options), { json: true, limit: '3', home: '/h' });
  assert.deepEqual(parseVerb(spec, ['last', '--', '--text']).args, ['last', '--text']);
});

test('what is wrong is said with its name and what was meant', () => {
  const table: [argv: string[], said: string][] = [
    [[], 'SESSION is missing: callgrove label SESSION TEXT'],
    [['a', 'b', 'c'], 'unexpected argument "c": callgrove label SESSION TEXT'],
    [['a', '--claer'], 'unknown option --claer; did you mean --clear?'],
    [['a', '--jsn'], 'unknown option --jsn; did you mean --json?'],
    [['a', '-x'], 'unknown option -x'],
    [['a', '--constructor'], 'unknown option --constructor'],
    [['a', '--clear=yes'], '--clear takes no value, but got "yes"'],
    [['a', '--limit'], '--limit needs a value: --limit N'],
    [['a', '--limit', '--json'], '--limit needs a value: --limit N'],
    [['a', '--home='], '--home needs a value: --home DIR'],
  ];
  for (const [argv, said] of table) {
    assert.throws(
      () => parseVerb(spec, argv),
      (error) => error instanceof CliError && error.code === 2 && error.message === said,
      argv.join(' '),
    );
  }
});

test('--help wins over everything else that is wrong', () => {
  assert.ok(parseVerb(spec, ['--nonsense', '-h']).options.has('help'));
});

test('whole numbers within bounds', () => {
  assert.equal(wholeNumber('limit', null, 1, 9), null);
  assert.equal(wholeNumber('limit', '7', 1, 9), 7);
  for (const text of ['0', '10', '-1', '1.5', 'x', ''])
    assert.throws(() => wholeNumber('limit', text, 1, 9), /--limit takes a whole number from 1 to 9/);
});

test('the nearest word, or none', () => {
  const words = ['sessions', 'show', 'calls', 'call', 'tail', 'doctor'];
  const table: [string, string | null][] = [
    ['session', 'sessions'],
    ['sesions', 'sessions'],
    ['shwo', 'show'],
    ['docter', 'doctor'],
    ['CALL', 'calls'],
    ['frobnicate', null],
    ['', null],
    ['x'.repeat(10_000), null],
  ];
  for (const [typed, meant] of table) assert.equal(nearest(typed, words), meant, typed.slice(0, 20));
});
