import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixtureFolderOf, fixtureSettings } from '../../../daemon/harness/fixtureFolders.ts';

test('test data lies in folders that people call so, the outermost counts', () => {
  const table: [path: string, folder: string | null][] = [
    ['fixtures/a.json', 'fixtures'],
    ['pkg/__fixtures__/deep/a.json', 'pkg/__fixtures__'],
    ['go/testdata/in.txt', 'go/testdata'],
    ['Test/Data/a.csv', 'Test/Data'],
    ['tests/resources/a.xml', 'tests/resources'],
    ['src/test/resources/a.xml', 'src/test/resources'],
    ['spec/fixtures/vcr_cassettes/a.yml', 'spec/fixtures'],
    ['test/data/fixtures/a.json', 'test/data'],
    ['test_data', null],
    ['fixtures.ts', null],
    ['src/data/a.json', null],
    ['test/a.test.ts', null],
    ['src/fixturesOf/a.ts', null],
    ['node_modules/x/fixtures/a.json', null],
    ['vendor/x/testdata/a.txt', null],
  ];
  assert.deepEqual(
    table.map(([path]) => [path, fixtureFolderOf(path, [])]),
    table,
  );
});

test('a setting names more, before all others, and cannot lead out', () => {
  const extra = fixtureSettings(['./golden/', 'a\\b', '/etc', '../up', 'x/../../y', '.', '', 'C:/windows']);
  assert.deepEqual(extra, ['golden', 'a/b']);
  assert.equal(fixtureFolderOf('golden/fixtures/a.txt', extra), 'golden');
  assert.equal(fixtureFolderOf('goldener/a.txt', extra), null);
});
