import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FileRole, fileRole } from '../../../daemon/harness/fileRole.ts';

const TABLE: Readonly<Record<FileRole, string>> = {
  environment:
    '.env .env.local .envrc pkg/prod.env env .npmrc .dev.vars local.settings.json .claude/settings.local.json secrets.yml id.pem terraform.tfvars local.properties',
  dependencies: 'node_modules/ pkg/node_modules/ .venv/ venv/ vendor/ .yarn/ .pnp.cjs Pods/ site-packages/',
  build: 'dist/ build/ target/ out/ .next/ a.o lib/ app.jar x.egg-info/ bundle.js.map',
  cache:
    '__pycache__/ a.pyc .pytest_cache/ .eslintcache .turbo/ npm-debug.log coverage/ tsconfig.tsbuildinfo tmp/ .tox/',
  editor: '.idea/ .vscode/ .DS_Store a.swp notes.txt~ x.iml',
  data: 'dev.sqlite3 data/ dump.sql big.csv uploads/ rows.parquet',
  unknown: 'env/ local/ thing.bin scratch.txt',
};

test('the name of what git ignores says what it is there for', () => {
  for (const [role, names] of Object.entries(TABLE))
    for (const name of names.split(' ')) assert.equal(fileRole(name), role, name);
});
