import assert from 'node:assert/strict';
import { test } from 'node:test';
import { variablesOfCommand, variablesOfEntry, variablesOfProse } from '../../../daemon/model/namedVariables.ts';

const sign = '$';

test('entries name variables in braces', () => {
  assert.deepEqual(
    variablesOfEntry(
      `${sign}{A_KEY} ${sign}{env:B} ${sign}{C:-x} {env:D} $E ${sign}{workspaceFolder} ${sign}{input:f} ${sign}{HOME}`,
    ),
    ['A_KEY', 'B', 'C', 'D'],
  );
});

test('commands name variables that they do not set themselves', () => {
  assert.deepEqual(variablesOfCommand(`A=1 run $A $B ${sign}{C} %D% $1 $$ $PATH`), ['B', 'C', 'D']);
});

test('instructions name variables in capitals with an underscore, between backticks or behind a sign', () => {
  const text = `Set \`API_KEY\` or \`DB_URL=postgres://x\`; $OTHER_VAR and ${sign}{LAST_ONE}. \`MAX\` API_WORD \`snake_case\` $HOME \`CamelCase\``;
  assert.deepEqual(variablesOfProse(text), ['API_KEY', 'DB_URL', 'LAST_ONE', 'OTHER_VAR']);
});
