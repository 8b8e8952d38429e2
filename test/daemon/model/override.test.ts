import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addOverride, missingLevels, overrideWords, removeOverride } from '../../../daemon/model/override.ts';

const entry = (levels: number) => ({
  command: '/s/callgrove/bin/callgrove',
  args: ['run', '--name', 'x', '--was', overrideWords(levels).join(' '), '--', 'npx'],
});

test('an override goes in where there is room, or makes it, and takes all of that out again', () => {
  const table: [text: string, levels: number][] = [
    ['{}', 3],
    ['{}\n', 3],
    ['{\n\t"a": 1\n}\n', 3],
    ['{"projects":{}}', 2],
    ['{ "projects": {"/q":{"a":1}}}', 2],
    ['{\r\n  "projects": {\r\n    "/r": {\r\n      "allowedTools": []\r\n    }\r\n  }\r\n}', 1],
    ['{"projects":{"/r":{"mcpServers":{}}}}', 0],
    ['{"projects":{"/r":{"mcpServers":{"y":{"command":"z"}}}}}', 0],
  ];
  for (const [text, levels] of table) {
    assert.equal(missingLevels(text, '/r'), levels, text);
    const added = addOverride(text, '/r', 'x', entry(levels));
    assert.ok(added, text);
    assert.deepEqual(JSON.parse(added).projects['/r'].mcpServers.x, entry(levels));
    assert.equal(removeOverride(added, '/r', 'x'), text);
  }
});

test('what has come into it since stays', () => {
  const added = addOverride('{}', '/r', 'x', entry(3));
  const config = JSON.parse(added ?? '');
  config.projects['/r'].allowedTools = [];
  const removed = removeOverride(JSON.stringify(config, null, 2), '/r', 'x');
  assert.deepEqual(JSON.parse(removed ?? ''), { projects: { '/r': { allowedTools: [] } } });
});

test("an entry of the user's own is neither replaced nor removed", () => {
  const own = '{"projects":{"/r":{"mcpServers":{"x":{"command":"z"}}}}}';
  assert.equal(addOverride(own, '/r', 'x', entry(0)), null);
  assert.equal(removeOverride(own, '/r', 'x'), null);
});

test('no override where it could not be taken out exactly', () => {
  assert.equal(addOverride('{ }', '/r', 'x', entry(3)), null);
  assert.equal(addOverride('{"a":', '/r', 'x', entry(3)), null);
});
