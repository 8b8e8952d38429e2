import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { createFiles } from '../../../daemon/harness/files.ts';
import { readEnvironment } from '../../../daemon/harness/readEnvironment.ts';
import type { CaptureRequest, SeenServer } from '../../../daemon/harness/request.ts';
import { createToolVersions } from '../../../daemon/harness/toolVersion.ts';
import { captureRequest } from '../../support/captureRequest.ts';
import { folderTree, plant, type Tree } from '../../support/folderTree.ts';
import { seenServer } from '../../support/seenServer.ts';

const NEEDS = { testCommand: null, setup: null, settings: [], instructions: [] };
const script = (folder: string, tree: Tree) => {
  plant(folder, tree);
  for (const name of Object.keys(tree)) chmodSync(join(folder, name), 0o755);
};
const withPath = (request: CaptureRequest, ...folders: readonly string[]): CaptureRequest => ({
  ...request,
  environment: { of: 'agent', fingerprints: { SET_ONE: '00000000' }, plain: { PATH: folders.join(delimiter) } },
});
const oneServer = (request: CaptureRequest, fields: Partial<SeenServer>): SeenServer =>
  seenServer({ agent: 'codex', file: join(request.root, '.mcp.json'), ...fields });

test('tools say their versions; what hangs, fails or lies in the workspace is unknown and does not run', async (t) => {
  const folder = folderTree(t, {});
  const bin = join(folder, 'bin');
  const touched = join(folder, 'touched');
  script(bin, {
    make: '#!/bin/sh\necho "GNU Make 4.4.1"; pwd >&2\n',
    cargo: '#!/bin/sh\nexec sleep 60\n',
    docker: '#!/bin/sh\nexit 1\n',
    rustc: '#!/bin/sh\necho rustc 1.95.0-nightly\n',
    evil: `#!/bin/sh\ntouch ${touched}\n`,
  });
  const request = withPath(captureRequest(folder), join(folder, 'home/work/repo/bin'), bin, dirname(process.execPath));
  script(join(request.root, 'bin'), { just: `#!/bin/sh\ntouch ${touched}\necho 1.0\n` });
  const servers = ['npx', 'docker', 'cargo', 'evil'].map((word) => oneServer(request, { command: [word, 'run', 'x'] }));
  const testCommand = { command: 'make test && just test', source: 'Makefile test', also: [] };
  const versions = createToolVersions(createFiles());
  const read = () => readEnvironment({ ...request, servers }, { ...NEEDS, testCommand }, versions);
  const { environment, missing } = await read();
  const tools = Object.fromEntries(environment.tools.map(({ name, version }) => [name, version]));
  assert.equal(tools.node, process.version.slice(1));
  delete tools.node;
  delete tools.npm;
  assert.deepEqual(tools, { cargo: null, docker: null, just: null, make: '4.4.1', rustc: '1.95.0-nightly' });
  assert.match(missing[0] ?? '', /cargo, docker, just/);
  assert.equal(existsSync(touched), false);
  assert.deepEqual((await read()).environment, environment);
});

test('what a tool said is heard to its end, also where that comes after its own; what holds its pipes is not waited for', async (t) => {
  const folder = folderTree(t, {});
  const bin = join(folder, 'bin');
  const pid = join(folder, 'pid');
  script(bin, {
    make: '#!/bin/sh\n(sleep 0.1; echo "GNU Make 4.4.1") &\n',
    cargo: `#!/bin/sh\necho "cargo 1.95.0"\nsleep 60 &\necho $! > ${pid}\n`,
  });
  const request = withPath(captureRequest(folder), bin, '/usr/bin', '/bin');
  const versions = createToolVersions(createFiles());
  const said = await Promise.all(['make', 'cargo'].map((tool) => versions.of(tool, request)));
  process.kill(Number(readFileSync(pid, 'utf8')));
  assert.deepEqual(said, ['4.4.1', '1.95.0']);
});

test('variables are those that servers, settings, commands and instructions name, with whether they are set', async (t) => {
  const request = withPath(captureRequest(folderTree(t, {})));
  const sign = '$';
  const servers = [
    oneServer(request, {
      command: ['docker', 'run', '-e', 'PASSED', '-e', 'OWN=1', 'image', `${sign}{SET_ONE}`],
      env: { TOKEN: `${sign}{TOKEN}`, LITERAL: 'x', USES: `${sign}{LITERAL}` },
      variables: ['IN_HEADER'],
    }),
  ];
  const needs = {
    ...NEEDS,
    testCommand: { command: 'run --url $TEST_URL', source: 'Makefile test', also: [] },
    instructions: [{ path: 'CLAUDE.md', text: 'Needs `SET_ONE` and `DEMO_KEY`.' }],
  };
  const read = async (one: CaptureRequest) =>
    (await readEnvironment({ ...one, servers }, needs, createToolVersions(createFiles()))).environment.variables;
  assert.deepEqual(await read(request), [
    { name: 'DEMO_KEY', set: false, named_by: ['CLAUDE.md'] },
    { name: 'IN_HEADER', set: false, named_by: ['server one'] },
    { name: 'PASSED', set: false, named_by: ['server one'] },
    { name: 'SET_ONE', set: true, named_by: ['CLAUDE.md', 'server one'] },
    { name: 'TEST_URL', set: false, named_by: ['test command'] },
    { name: 'TOKEN', set: false, named_by: ['server one'] },
  ]);
  const unseen = { ...request, environment: { of: 'unknown', fingerprints: null, plain: {} } } as const;
  assert.deepEqual(
    (await read(unseen)).map(({ set }) => set),
    [null, null, null, null, null, null],
  );
});
