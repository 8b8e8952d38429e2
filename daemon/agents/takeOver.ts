/**
 * How the proxy tells the loader that from now on the server's fate is its own: before, a failure is mended by starting
 * the server without Callgrove; after, that would start a second one. The two are separate bundles, so the sign stands
 * on the global object.
 */
const SIGN = Symbol.for('callgrove.run');

/** Called before the server is spawned, or where there is none to be spawned. */
export function takeOver(): void {
  Reflect.set(globalThis, SIGN, true);
}

export function hasTakenOver(): boolean {
  return Reflect.get(globalThis, SIGN) === true;
}
