/** What a fresh checkout's commands see of the caller's environment. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freshEnvironment } from '../../../daemon/harness/freshEnvironment.ts';
import { tempFolder } from '../../support/gitFolder.ts';

test('what the machine needs to work stays, what is the user’s own goes, caches are lent to set-up alone', (t) => {
  const folder = tempFolder(t);
  const [warmHome, home] = [join(folder, 'warm'), join(folder, 'fresh')];
  for (const one of ['.npm', '.cargo/registry', '.pyenv']) mkdirSync(join(warmHome, one), { recursive: true });
  const machine = {
    PATH: '/usr/bin',
    LANG: 'C.UTF-8',
    TMPDIR: '/tmp',
    https_proxy: 'http://proxy:3128',
    NO_PROXY: 'localhost',
    NODE_EXTRA_CA_CERTS: '/etc/ssl/company.pem',
    SSL_CERT_FILE: '/etc/ssl/company.pem',
    npm_config_cafile: '/etc/ssl/company.pem',
  };
  const own = { GITHUB_TOKEN: 'secret', NODE_OPTIONS: '--require x', DATABASE_URL: 'db', npm_config_registry: 'r' };
  const { plain, lent } = freshEnvironment({ ...machine, ...own, HOME: warmHome }, warmHome, home);
  assert.deepEqual(plain, { ...machine, PYENV_ROOT: join(warmHome, '.pyenv'), HOME: home });
  const more = { npm_config_cache: join(warmHome, '.npm'), CARGO_HOME: join(home, '.cargo') };
  assert.deepEqual(lent, { ...plain, ...more });
});
