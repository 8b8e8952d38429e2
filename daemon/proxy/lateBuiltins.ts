/**
 * Modules of the runtime that are slow to load and not needed before the server is spawned. They are loaded without a
 * turn of the event loop: in one, a server that ends at once would have its output thrown away before it is connected.
 */
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

export function lateCrypto(): typeof import('node:crypto') {
  return load('node:crypto');
}

export function lateOs(): typeof import('node:os') {
  return load('node:os');
}

export function lateV8(): typeof import('node:v8') {
  return load('node:v8');
}
