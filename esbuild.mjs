// Builds dist/: the program, the modules that it loads, the page and its files. `npm run build` runs this and ends.

import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { importShape } from './daemon/importShape.ts';
import { settingsJsonSchema } from './daemon/protocol/settings.ts';
import { builtins } from './esbuild.builtins.mjs';
import { buildExtension } from './esbuild.extension.mjs';
import { buildLauncher } from './esbuild.launcher.mjs';
import { buildPage } from './esbuild.page.mjs';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
await rm('dist', { recursive: true, force: true });

const node = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  outdir: 'dist',
  legalComments: 'none',
  define: {
    __CALLGROVE_VERSION__: JSON.stringify(version),
    __CALLGROVE_IMPORT_SHAPE__: JSON.stringify(importShape()),
  },
  external: ['better-sqlite3'],
  // Its CommonJS asks for its parts in a way that no bundler sees.
  alias: {
    'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
  },
  logLevel: 'warning',
};

/** What a plain `run` has no need of comes from the other build's files. */
const urlApart = {
  name: 'url-apart',
  setup(building) {
    building.onResolve({ filter: /^\.\/runUrl\.ts$/ }, () => ({ path: './runUrl.mjs', external: true }));
  },
};
/**
 * The program picks the entry as daemon/callgrove.ts does. The proxy stands in it as it is: loaded by that file it would be
 * wrapped part by part, and what that leaves in memory has to be cleared away before the first answer.
 */
const dispatch = `#!/usr/bin/env node
if (process.argv[2] !== 'run') import(process.argv[2] === 'daemon' && process.argv[3] === 'run' ? './main.mjs' : './cli.mjs');
else (function () {`;

await Promise.all([
  // `callgrove run` stands between an agent and its server, ten at a time when an agent starts: one CommonJS file
  // needs 10 ms of processor less than modules do.
  build({
    ...node,
    format: 'cjs',
    target: 'node20',
    entryPoints: { callgrove: 'daemon/run.ts' },
    banner: { js: dispatch },
    footer: { js: '})();' },
    define: { ...node.define, 'import.meta.url': '__filename' },
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [urlApart],
  }),
  build({
    ...node,
    format: 'esm',
    splitting: true,
    plugins: [builtins],
    outExtension: { '.js': '.mjs' },
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    entryPoints: {
      cli: 'daemon/cli/main.ts',
      main: 'daemon/main.ts',
      ingest: 'daemon/ingest.ts',
      query: 'daemon/query.ts',
      capture: 'daemon/capture.ts',
      pack: 'daemon/pack.ts',
      frames: 'daemon/frames.ts',
      runUrl: 'daemon/runUrl.ts',
      sample: 'daemon/sample.ts',
      drillServer: 'daemon/drillServer.ts',
    },
  }),
]);
await chmod('dist/callgrove.js', 0o755);
await writeFile('dist/package.json', '{ "type": "commonjs" }\n');

// Editors complete and check the settings files with it.
await mkdir('dist/schemas');
await writeFile('dist/schemas/callgrove.schema.json', `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`);

// It is handed on as it stands, for people to read.
await cp('daemon/repro.mjs', 'dist/repro.mjs');

await buildLauncher('dist', version);
await buildPage('dist/page', version);
await buildExtension('dist', version);
