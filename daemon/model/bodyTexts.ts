/** The arguments, the result and the error of a call as people read them, out of its request and its answer. */
import type { FrameLine } from '../protocol/bundle.ts';
import type { CallDetail } from '../protocol/callDetail.ts';
import type { Json } from './json.ts';
import { jsonMember } from './jsonMember.ts';

/** A message: parsed where it is whole, else the text that there is; null where there is none at all. */
export interface BodySide {
  readonly value?: Json | undefined;
  readonly text: string | null;
}

/** Of a bundle's frame: the beginning of a message is text, a whole one or its shape what it says. */
export function frameSide(frame: Pick<FrameLine, 'body' | 'kept'> | undefined): BodySide {
  const text = frame?.body ?? null;
  if (text === null || frame?.kept === 'head') return { text };
  try {
    const value: Json = JSON.parse(text);
    return { value, text: null };
  } catch {
    return { text };
  }
}

export type BodyTexts = Pick<CallDetail, 'arguments' | 'result' | 'error'>;

export function bodyTexts(method: string, request: BodySide, response: BodySide): BodyTexts {
  const params = jsonMember(request.value, 'params');
  const hasArguments = method === 'tools/call' || method === 'prompts/get';
  const input = hasArguments ? jsonMember(params, 'arguments') : params;
  const failure = jsonMember(response.value, 'error');
  return {
    arguments: request.value === undefined ? request.text : input === undefined ? null : JSON.stringify(input, null, 2),
    result: failure === undefined ? resultText(response) : null,
    error: failure === undefined ? null : JSON.stringify(failure, null, 2),
  };
}

/** The text blocks of a result where there is nothing else in it; else its JSON. */
function resultText(response: BodySide): string | null {
  if (response.value === undefined) return response.text;
  const result = jsonMember(response.value, 'result');
  if (result === undefined) return null;
  const content = jsonMember(result, 'content');
  const texts = Array.isArray(content) ? content.map((block) => jsonMember(block, 'text')) : [];
  const isText = texts.length > 0 && texts.every((text) => typeof text === 'string');
  return isText ? texts.join('\n') : JSON.stringify(result, null, 2);
}
