// Builds what the launcher copies into the state folder: the proxy in one file, the gate that it loads when there is
// something to judge, and the loader before it, which every Node can read.
import { build } from 'esbuild';

/** Writes `run.mjs`, `gate.cjs` and `launch.cjs` into `outdir`; `gate.cjs` is what every proxy of the build loads. */
export async function buildLauncher(outdir, version) {
  const common = {
    bundle: true,
    platform: 'node',
    sourcemap: false,
    legalComments: 'none',
    logLevel: 'warning',
    define: { __CALLGROVE_VERSION__: JSON.stringify(version) },
  };
  await build({
    ...common,
    entryPoints: ['daemon/run.ts'],
    outfile: `${outdir}/run.mjs`,
    format: 'esm',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  await build({
    ...common,
    entryPoints: ['daemon/gate.ts'],
    outfile: `${outdir}/gate.cjs`,
    format: 'cjs',
    target: 'node20',
    minify: true,
  });
  await build({
    ...common,
    entryPoints: ['daemon/launch.ts'],
    outfile: `${outdir}/launch.cjs`,
    format: 'cjs',
    target: 'node14',
    // An import() that is left one: the proxy is no CommonJS.
    supported: { 'dynamic-import': true },
  });
}
