/** The arguments, the result and the error of a call as people read them, out of its request and its answer. */
import type { CallDetail } from '../protocol/callDetail.ts';

/** A message: parsed where it is whole, else the text that there is; null where there is none at all. */
export interface BodySide {
  readonly value?: unknown;
  readonly text: string | null;
}

export type BodyTexts = Pick<CallDetail, 'arguments' | 'result' | 'error'>;

export function bodyTexts(method: string, request: BodySide, response: BodySide): BodyTexts {
  const params = member(request.value, 'params');
  const hasArguments = method === 'tools/call' || method === 'prompts/get';
  const input = hasArguments ? member(params, 'arguments') : params;
  const failure = member(response.value, 'error');
  return {
    arguments: request.value === undefined ? request.text : input === undefined ? null : JSON.stringify(input, null, 2),
    result: failure === undefined ? resultText(response) : null,
    error: failure === undefined ? null : JSON.stringify(failure, null, 2),
  };
}

/** The text blocks of a result where there is nothing else in it; else its JSON. */
function resultText(response: BodySide): string | null {
  if (response.value === undefined) return response.text;
  const result = member(response.value, 'result');
  if (result === undefined) return null;
  const content = member(result, 'content');
  const texts = Array.isArray(content) ? content.map((block) => member(block, 'text')) : [];
  const isText = texts.length > 0 && texts.every((text) => typeof text === 'string');
  return isText ? texts.join('\n') : JSON.stringify(result, null, 2);
}

/** Own members only. */
function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
