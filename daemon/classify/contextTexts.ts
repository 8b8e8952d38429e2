/** The texts of a result that a host puts into its model's context: what hosts show of results, as far as it is text. */
import type { Json } from '../model/json.ts';
import { jsonMember } from '../model/jsonMember.ts';

const BLOCKS = 1000;

/** Null where something in it is no text, such as an image: what that costs depends on the model. */
export function contextTexts(method: string, result: Json): string[] | null {
  switch (method) {
    case 'tools/call':
      return toolTexts(result);
    case 'resources/read':
      return textsOf(jsonMember(result, 'contents'), (block) => jsonMember(block, 'text'));
    case 'prompts/get':
      return textsOf(jsonMember(result, 'messages'), (message) => blockText(jsonMember(message, 'content')));
    case 'tools/list':
      return textsOf(jsonMember(result, 'tools'), definitionText);
    default:
      return null;
  }
}

/** What a definition gives to a model: name, description and schema of the arguments. */
export function definitionText(tool: Json): string {
  const [name, description, schema] = ['name', 'description', 'inputSchema'].map((member) => jsonMember(tool, member));
  return JSON.stringify({ name, description, inputSchema: schema });
}

function toolTexts(result: Json): string[] | null {
  const content = jsonMember(result, 'content');
  const structured = jsonMember(result, 'structuredContent');
  if (Array.isArray(content) && content.length > 0) return textsOf(content, blockText);
  return structured === undefined ? [] : [JSON.stringify(structured)];
}

function blockText(block: Json | undefined): Json | undefined {
  switch (jsonMember(block, 'type')) {
    case 'text':
      return jsonMember(block, 'text');
    case 'resource':
      return jsonMember(jsonMember(block, 'resource'), 'text');
    case 'resource_link':
      return [jsonMember(block, 'name'), jsonMember(block, 'uri')].filter((part) => typeof part === 'string').join(' ');
    default:
      return undefined;
  }
}

function textsOf(list: Json | undefined, textOf: (item: Json) => Json | undefined): string[] | null {
  if (!Array.isArray(list) || list.length > BLOCKS) return null;
  const texts: string[] = [];
  for (const item of list) {
    const text = textOf(item);
    if (typeof text !== 'string') return null;
    texts.push(text);
  }
  return texts;
}
