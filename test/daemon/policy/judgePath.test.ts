import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgePath } from '../../../daemon/policy/judgePath.ts';
import { inventedWorld, testPolicy } from '../../support/policyWorld.ts';

test('outside the roots a checkout is looked for in the folders of a path, and not in a file at its end', () => {
  const world = inventedWorld(['/w/', '/w/link -> /out', '/out/secret', '/out/sub/'], { cwd: '/w' });
  const { paths } = testPolicy(world, ['/w']);
  const lookedAt = (requested: string) => {
    const seen = new Set<string>();
    const watched = {
      ...world,
      lstat(path: string) {
        seen.add(path);
        return world.lstat(path);
      },
    };
    const question = { requested, access: 'read', bases: [], expandsHome: false, isCheckout: false } as const;
    assert.notEqual(judgePath(question, paths, watched).faults.length, 0);
    return [...seen].filter((path) => path.endsWith('/.git') && path.startsWith('/out'));
  };
  assert.deepEqual(lookedAt('/w/link/secret'), ['/out/.git']);
  assert.deepEqual(lookedAt('/w/link/sub'), ['/out/sub/.git', '/out/.git']);
});
