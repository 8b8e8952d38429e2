// Builds dist/: one bundle per entry, the page and its files. `npm run build` runs this and ends.

import { readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { buildExtension } from './esbuild.extension.mjs';
import { buildLauncher } from './esbuild.launcher.mjs';
import { buildPage } from './esbuild.page.mjs';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
await rm('dist', { recursive: true, force: true });

const node = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  splitting: true,
  outdir: 'dist',
  sourcemap: false,
  legalComments: 'none',
  define: { __CALLGROVE_VERSION__: JSON.stringify(version) },
  external: ['better-sqlite3'],
  // Its CommonJS asks for its parts in a way that no bundler sees.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};
await build({
  ...node,
  entryPoints: {
    callgrove: 'daemon/callgrove.ts',
    ingest: 'daemon/ingest.ts',
    query: 'daemon/query.ts',
    sample: 'daemon/sample.ts',
  },
});

await buildLauncher('dist', version);
await buildPage('dist/page', version);
await buildExtension('dist', version);
