/** Which folders of this machine a container sees, by many spellings of its command line; and what proves nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { containerPlaces, onHost } from '../../../daemon/model/containerMounts.ts';
import { serverLaunch } from '../../../daemon/model/serverLaunch.ts';

const places = (line: string) => {
  const argv = line.split(' ');
  return containerPlaces(argv, serverLaunch(argv));
};
const hostOf = (line: string, path: string) => onHost(path, places(line))?.path ?? null;

const BINDS: readonly string[] = [
  'docker run -i --rm -v /w:/projects mcp/filesystem /projects',
  'docker run -i --rm -v/w:/projects mcp/filesystem /projects',
  'docker run -i --rm --volume /w:/projects mcp/filesystem',
  'docker run --rm -i --volume=/w:/projects mcp/filesystem',
  'docker run -iv /w:/projects mcp/filesystem',
  'docker run -itv /w:/projects mcp/filesystem',
  'docker run -v /w:/projects:ro mcp/filesystem',
  'docker run -v /w/:/projects/ mcp/filesystem',
  'docker run -v /w:/projects:rw,Z mcp/filesystem',
  'docker run --mount type=bind,source=/w,target=/projects mcp/filesystem',
  'docker run --mount=type=bind,src=/w,dst=/projects mcp/filesystem',
  'docker run --mount type=bind,src=/w,destination=/projects,readonly mcp/filesystem',
  'docker run --mount target=/projects,source=/w,type=bind mcp/filesystem',
  'docker run -e A=b --network none --name x -v /w:/projects -u 1000:1000 mcp/filesystem',
  'docker run --env-file /etc/e --init --read-only -v /w:/projects mcp/filesystem',
  'podman run -i --rm -v /w:/projects:Z mcp/filesystem',
  'podman run --mount type=bind,src=/w,target=/projects,relabel=shared mcp/filesystem',
  'nerdctl run -i -v /w:/projects mcp/filesystem',
  'docker container run -i -v /w:/projects mcp/filesystem',
  '/usr/bin/docker run -v /w:/projects mcp/filesystem',
  'env DOCKER_BUILDKIT=1 docker run -v /w:/projects mcp/filesystem',
];

test('a folder that is bound is the folder of this machine, in every spelling', () => {
  for (const line of BINDS) {
    assert.equal(hostOf(line, '/projects/src/a.txt'), '/w/src/a.txt', line);
    assert.equal(hostOf(line, '/projects'), '/w', line);
    assert.equal(hostOf(line, '/etc/passwd'), null, line);
    assert.equal(hostOf(line, '/projects-evil/a'), null, line);
  }
});

test('volumes, and what the words do not tell, are no folder of this machine', () => {
  for (const line of [
    'docker run -v data:/projects mcp/filesystem',
    'docker run -v /projects mcp/filesystem',
    'docker run --mount type=volume,source=/w,target=/projects mcp/filesystem',
    'docker run --mount source=/w,target=/projects mcp/filesystem',
    'docker run --mount type=bind,"source=/w",target=/projects mcp/filesystem',
    'docker run --tmpfs /projects mcp/filesystem',
    'docker run -v ./w:/projects mcp/filesystem',
    'docker run -v ~/w:/projects mcp/filesystem',
    'docker run --volumes-from other -v /w:/projects mcp/filesystem',
    'docker -H tcp://far:2375 run -v /w:/projects mcp/filesystem',
    'docker --context far run -v /w:/projects mcp/filesystem',
    'podman --remote run -v /w:/projects mcp/filesystem',
    'docker run -v /w:projects mcp/filesystem',
    // Behind the image stand the server's own words.
    'docker run mcp/filesystem -v /w:/projects',
    'docker exec box server -v /w:/projects',
  ])
    assert.equal(hostOf(line, '/projects/a'), null, line);
});

test('the deepest mount lies on top, also where it is none of this machine', () => {
  const line = 'docker run -v /w:/p -v cache:/p/node_modules -v /x:/p/deep --tmpfs /p/tmp:size=1m mcp/filesystem';
  assert.equal(hostOf(line, '/p/a'), '/w/a');
  assert.equal(hostOf(line, '/p/deep/a'), '/x/a');
  assert.equal(hostOf(line, '/p/node_modules/a'), null);
  assert.equal(hostOf(line, '/p/tmp/a'), null);
  assert.equal(hostOf('docker run -v /w:/p -v /x:/p image', '/p/a'), '/x/a');
  assert.equal(hostOf('docker run -v /:/host image', '/host/etc/passwd'), '/etc/passwd');
  assert.equal(hostOf('docker run -v /:/host image', '/host'), '/');
});

test('dots are resolved before the place is told; relative paths begin where the words say', () => {
  const line = 'docker run -v /w:/p -w /p/src mcp/filesystem';
  assert.equal(hostOf(line, '/p/../etc/passwd'), null);
  assert.equal(hostOf(line, '/x/../p/./a'), '/w/a');
  assert.equal(hostOf(line, 'a.txt'), '/w/src/a.txt');
  assert.equal(hostOf(line, '../../etc/passwd'), null);
  assert.equal(hostOf('docker run -v /w:/p --workdir=/p image', 'a'), '/w/a');
  assert.equal(hostOf('docker run -v /w:/p image', 'a'), null);
});

test('a folder of Windows keeps its drive and its separators', () => {
  assert.equal(hostOf('docker run -v C:\\w:/p image', '/p/src/a'), 'C:\\w\\src\\a');
  assert.equal(hostOf('docker run -v c:/w/:/p:ro image', '/p/src/a'), 'c:/w\\src\\a');
  assert.equal(hostOf('docker run --mount type=bind,source=C:\\w,target=/p image', '/p/a'), 'C:\\w\\a');
});
