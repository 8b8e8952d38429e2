// Builds dist/: one bundle per entry, the page and its files. `npm run build` runs this and ends.

import { readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { buildPage } from './esbuild.page.mjs';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
await rm('dist', { recursive: true, force: true });

const node = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  outdir: 'dist',
  sourcemap: false,
  legalComments: 'none',
  define: { __CALLGROVE_VERSION__: JSON.stringify(version) },
  external: ['better-sqlite3'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};
/** The dispatcher's imports become the files that the other builds write: it must not share chunks with them. */
const entries = { './run.ts': './run.js', './main.ts': './main.js', './cli/main.ts': './cli.js' };
const entriesApart = {
  name: 'entries-apart',
  setup(building) {
    building.onResolve({ filter: /\.ts$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' && entries[path] ? { path: entries[path], external: true } : undefined,
    );
  },
};

await Promise.all([
  build({ ...node, entryPoints: { callgrove: 'daemon/callgrove.ts' }, plugins: [entriesApart] }),
  // One file, because every further module is a read and a link more between the agent and its server.
  build({ ...node, entryPoints: { run: 'daemon/run.ts' }, minifySyntax: true, minifyWhitespace: true }),
  build({
    ...node,
    splitting: true,
    entryPoints: {
      cli: 'daemon/cli/main.ts',
      main: 'daemon/main.ts',
      ingest: 'daemon/ingest.ts',
      query: 'daemon/query.ts',
      sample: 'daemon/sample.ts',
    },
  }),
]);

await buildPage('dist/page', version);
