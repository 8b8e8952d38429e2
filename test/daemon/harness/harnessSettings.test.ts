import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createFiles } from '../../../daemon/harness/files.ts';
import { readHarnessSettings, userSettingsFile } from '../../../daemon/harness/harnessSettings.ts';
import { captureRequest } from '../../support/captureRequest.ts';
import { folderTree, plant } from '../../support/folderTree.ts';

const REPOSITORY = '.callgrove.jsonc';
const USER = '.config/callgrove.jsonc';

test("the user's own commands go before the repository's, folders of both count", (t) => {
  const request = captureRequest(folderTree(t, {}));
  assert.deepEqual(readHarnessSettings(request, createFiles()), { settings: request.settings, missing: [] });
  plant(request.root, {
    [REPOSITORY]:
      '{ // of the project\n "harness": { "fixtures": ["./data/", "a\\\\b"], "test": "make t", "setup": "make s" },\n}',
  });
  plant(request.home, { [USER]: '{"harness":{"fixtures":["data"],"test":"mine"}, "other": 1}' });
  assert.deepEqual(readHarnessSettings(request, createFiles()), {
    settings: {
      fixtures: ['data', 'a/b'],
      testCommand: { command: 'mine', source: "the user's callgrove.jsonc harness.test" },
      setupCommand: { command: 'make s', source: '.callgrove.jsonc harness.setup' },
    },
    missing: [],
  });
});

const WRONG: readonly (readonly [text: string, sentence: RegExp])[] = [
  ['{\n  "harness": {,}\n}', /^\.callgrove\.jsonc was not read: .* in line 2, column \d+$/],
  ['{"harness": 7}', /"harness" is no object \(line 1, column 13\)/],
  ['{"harness": {\n "test": 7}}', /"harness\.test" is no command line \(line 2, column 10\)/],
  ['{"harness": {"fixtures": "x"}}', /"harness\.fixtures" is no list of folders/],
  ['{"harness": {"fixtures": ["../x"]}}', /"\.\.\/x", which is no folder below the workspace/],
  ['{"harness": {"fixtures": ["/etc"]}}', /no folder below the workspace/],
  ['{"harness": {"tests": "x"}}', /"harness\.tests" is no setting/],
];
for (const [text, sentence] of WRONG)
  test(`a mistake is told with its place: ${text}`, (t) => {
    const request = captureRequest(folderTree(t, {}));
    plant(request.root, { [REPOSITORY]: text });
    const { settings, missing } = readHarnessSettings(request, createFiles());
    assert.deepEqual(settings, request.settings);
    assert.equal(missing.length, 1);
    assert.match(missing[0] ?? '', sentence);
  });

test('a link out of the workspace is not followed, an empty file says nothing', (t) => {
  const folder = folderTree(t, { secret: '{"harness":{"test":"x"}}' });
  const request = captureRequest(folder);
  plant(request.root, { [REPOSITORY]: { link: join(folder, 'secret') } });
  const { settings, missing } = readHarnessSettings(request, createFiles());
  assert.equal(settings.testCommand, null);
  assert.equal(missing.length, 1);
  plant(request.home, { [USER]: '' });
  assert.equal(readHarnessSettings(request, createFiles()).missing.length, 1);
  const windows = {
    ...request,
    platform: 'win32',
    environment: { ...request.environment, plain: { AppData: 'C:\\x' } },
  } as const;
  assert.match(userSettingsFile(windows), /^C:\\x.callgrove\.jsonc$/);
});
