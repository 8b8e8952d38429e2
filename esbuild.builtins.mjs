// Parts of Node that load much more as soon as somebody reads some of their exports, and an ES module that imports one
// has all of them read: `node:http` brings the whole of fetch (85 ms of processor), `node:util` and `node:fs` streams
// (10 ms each). By `require` they are read when they are used. What is such an export cannot be imported by name.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** For builds whose output is ES modules that have a `require`. */
export const builtins = {
  name: 'builtins',
  setup(building) {
    building.onResolve({ filter: /^node:(?:http|util|fs)$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : null,
    );
    building.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => {
      const names = Object.entries(Object.getOwnPropertyDescriptors(require(path)))
        .filter(([name, { get }]) => get === undefined && name !== 'default')
        .map(([name]) => name);
      const own = names.map((name) => `const _${name} = part.${name};`);
      const exported = names.map((name) => `_${name} as ${name}`);
      const contents = `const part = require('${path}'); ${own.join(' ')} export { part as default, ${exported.join(', ')} };`;
      return { contents };
    });
  },
};
