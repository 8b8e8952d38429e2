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
    // jsonc-parser's CommonJS asks for its parts in a way that no bundler sees.
    mainFields: ['module', 'main'],
  };
  // Activation reads and compiles only what it runs: the rest is a file of its own, loaded after it.
  const lazy = {
    name: 'lazy',
    setup: ({ onResolve }) => onResolve({ filter: /\/live\.ts$/ }, () => ({ path: './live.cjs', external: true })),
  };
  // The schema library's own words in sixty languages are half of it, and nobody reads them here.
  const oneLanguage = {
    name: 'one-language',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\/locales\/index\.js$/ }, () => ({ path: 'none', namespace: 'one-language' }));
      onLoad({ filter: /.*/, namespace: 'one-language' }, () => ({ contents: 'export {}' }));
    },
  };
  const editor = { ...common, format: 'cjs', external: ['vscode', 'bufferutil', 'utf-8-validate'] };
  await build({
    ...editor,
    entryPoints: ['extension/main.ts'],
    outfile: `${outdir}/extension.cjs`,
    supported: { 'dynamic-import': false },
    plugins: [lazy],
  });
  await build({
    ...editor,
    entryPoints: ['extension/live.ts'],
    outfile: `${outdir}/live.cjs`,
    plugins: [oneLanguage],
  });
  await build({
    ...common,
    entryPoints: ['extension/uninstall.ts'],
    outfile: `${outdir}/uninstall.mjs`,
    format: 'esm',
  });
}
