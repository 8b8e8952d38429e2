/**
 * Modules of the runtime that are slow to load and not needed before the server is spawned. They are loaded without a
 * turn of the event loop: in one, a server that ends at once would have its output thrown away before it is connected.
 */

/** Before Node 22.3 a built file's own `require` does; `node:module` is itself slow to load. */
const load: NodeJS.Require | typeof process.getBuiltinModule = process.getBuiltinModule ?? require;

export function lateCrypto(): typeof import('node:crypto') {
  return load('node:crypto');
}

export function lateModule(): typeof import('node:module') {
  return load('node:module');
}

export function lateOs(): typeof import('node:os') {
  return load('node:os');
}

export function lateV8(): typeof import('node:v8') {
  return load('node:v8');
}
