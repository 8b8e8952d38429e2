import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepPanes, readPanes } from '../../webview/paneSizes.ts';

const defaults = { sessions: 256, detailWidth: 400, detailHeight: 320 };

function storageWith(text: string | null): () => Storage {
  let kept = text;
  return () => ({
    length: 1,
    clear: () => {},
    key: () => null,
    removeItem: () => {},
    getItem: () => kept,
    setItem: (_key, value) => {
      kept = value;
    },
  });
}

test('what was kept is read again', () => {
  const storage = storageWith(null);
  assert.deepEqual(readPanes(storage, defaults), defaults);
  keepPanes(storage, { ...defaults, sessions: 300 });
  assert.deepEqual(readPanes(storage, defaults), { ...defaults, sessions: 300 });
});

test('what makes no sense is replaced by the default', () => {
  for (const text of ['{', '7', 'null', '[]', '{"sessions":"300"}', '{"sessions":3}', '{"sessions":1e9}'])
    assert.deepEqual(readPanes(storageWith(text), defaults), defaults, text);
});

test('without storage the defaults hold and nothing throws', () => {
  const forbidden = () => {
    throw new Error('forbidden');
  };
  assert.deepEqual(readPanes(forbidden, defaults), defaults);
  keepPanes(forbidden, defaults);
});
