/**
 * The shapes of a call's arguments and of its answer as they passed, and of what was replaced (jsonShape.ts), as keyed
 * hashes: content can be guessed.
 */
import type { Json } from '../model/json.ts';
import type { CallEvidence } from '../protocol/evidence.ts';
import type { CallFacts } from './callFacts.ts';
import { jsonShape } from './jsonShape.ts';

export type ShapeHash = (shape: string) => string;

/** Shapes repeat from call to call. */
const KNOWN = 2000;

/** @param hash keyed; `sha256:` before it is ours */
export function createShapesPart(hash: ShapeHash): (facts: CallFacts) => CallEvidence {
  const known = new Map<string, string>();
  const shapeOf = (value: Json | undefined): string | null => {
    if (value === undefined) return null;
    const shape = jsonShape(value);
    const found = known.get(shape);
    if (found !== undefined) return found;
    if (known.size >= KNOWN) known.clear();
    const made = `sha256:${hash(shape)}`;
    known.set(shape, made);
    return made;
  };
  return ({ event, method, outcome, params, args, result, replaced, error }) => {
    if (event === 'notification') return {};
    const request_shape = shapeOf(method === 'tools/call' ? args : params);
    const result_shape = shapeOf(result ?? error);
    if (request_shape === null && result_shape === null) return {};
    // The server never saw it, and the answer is the proxy's.
    if (outcome === 'denied')
      return {
        adapter: {
          ...(result_shape !== null && { result_shape }),
          before: { request_shape, result_shape: null },
        },
      };
    const before = replaced === undefined ? null : { request_shape: null, result_shape: shapeOf(replaced) };
    return {
      adapter: {
        ...(request_shape !== null && { request_shape }),
        ...(result_shape !== null && { result_shape }),
        ...(before !== null && { before }),
      },
    };
  };
}
