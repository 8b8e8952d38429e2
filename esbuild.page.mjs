// Bundles the page: script, style sheets and HTML, into one folder. Used by the build and by the page's own tests.

import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** @param {string} outdir @param {string} version */
export async function buildPage(outdir, version) {
  const source = join(import.meta.dirname, 'webview');
  await build({
    entryPoints: [join(source, 'page.ts'), join(source, 'page.css')],
    bundle: true,
    platform: 'browser',
    target: ['chrome123', 'firefox128', 'safari17.5'],
    format: 'esm',
    outdir,
    minify: true,
    legalComments: 'none',
    define: { __CALLGROVE_VERSION__: JSON.stringify(version) },
    logLevel: 'warning',
  });
  await mkdir(outdir, { recursive: true });
  await cp(join(source, 'index.html'), join(outdir, 'index.html'));
}
