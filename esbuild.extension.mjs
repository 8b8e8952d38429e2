// Bundles the extension: what the editor loads, and what it runs after an uninstall.
import { build } from 'esbuild';

/** @param {string} outdir @param {string} version */
export async function buildExtension(outdir, version) {
  const common = {
    bundle: true,
    platform: 'node',
    target: 'node22',
    sourcemap: false,
    legalComments: 'none',
    minifySyntax: true,
    minifyWhitespace: true,
    define: { __CALLGROVE_VERSION__: JSON.stringify(version) },
    logLevel: 'warning',
  };
  // One file: modules behind an import() are part of it, and run when they are first asked for.
  await build({
    ...common,
    entryPoints: ['extension/main.ts'],
    outfile: `${outdir}/extension.cjs`,
    format: 'cjs',
    external: ['vscode', 'bufferutil', 'utf-8-validate'],
  });
  await build({
    ...common,
    entryPoints: ['extension/uninstall.ts'],
    outfile: `${outdir}/uninstall.js`,
    format: 'esm',
  });
}
