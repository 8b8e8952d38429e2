/** The server that the conformance suite's scenarios ask for, on the 1.x line over stdio. Its answers are the suite's. */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  CompleteRequestSchema,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  ReadResourceRequestSchema,
  SetLevelRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const WAV = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';

const server = new Server(
  { name: 'conformance', version: '1.0.0' },
  {
    capabilities: {
      tools: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
      prompts: { listChanged: true },
      logging: {},
      completions: {},
    },
  },
);

const text = (value: string): CallToolResult => ({ content: [{ type: 'text', text: value }] });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const embedded = (uri: string, mimeType: string, value: string) => ({
  type: 'resource' as const,
  resource: { uri, mimeType, text: value },
});

type Properties = Record<string, Record<string, unknown>>;

/** Asks the client for a form and says what came back. */
async function elicit(message: string, properties: Properties, required: string[]): Promise<CallToolResult> {
  const params = { message, requestedSchema: { type: 'object', properties, required } };
  // The suite's enum forms go beyond what the 1.x type of this request names.
  const answer = await server.elicitInput(JSON.parse(JSON.stringify(params)));
  return text(`Elicitation completed: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`);
}

const titled = (one: string, two: string, three: string) => [
  { const: 'value1', title: one },
  { const: 'value2', title: two },
  { const: 'value3', title: three },
];

interface Calling {
  readonly args: Record<string, unknown>;
  readonly progressToken: string | number | undefined;
  readonly notify: (method: string, params: Record<string, unknown>) => Promise<void>;
}

const tools: Record<string, (calling: Calling) => Promise<CallToolResult>> = {
  test_simple_text: async () => text('This is a simple text response for testing.'),
  test_image_content: async () => ({ content: [{ type: 'image', data: PNG, mimeType: 'image/png' }] }),
  test_audio_content: async () => ({ content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }] }),
  test_embedded_resource: async () => ({
    content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  }),
  test_multiple_content_types: async () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      { type: 'image', data: PNG, mimeType: 'image/png' },
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  }),
  test_tool_with_logging: async ({ notify }) => {
    for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await notify('notifications/message', { level: 'info', data });
      await pause(50);
    }
    return text('Tool with logging executed successfully');
  },
  test_tool_with_progress: async ({ notify, progressToken }) => {
    for (const progress of [0, 50, 100]) {
      await notify('notifications/progress', { progressToken: progressToken ?? 0, progress, total: 100 });
      await pause(50);
    }
    return text(String(progressToken ?? 0));
  },
  test_error_handling: async () => {
    throw new Error('This tool intentionally returns an error for testing');
  },
  test_reconnection: async () => text('Reconnection test completed successfully'),
  json_schema_2020_12_tool: async () => text('JSON Schema 2020-12 tool called'),
  test_sampling: async ({ args }) => {
    const answer = await server.createMessage({
      messages: [{ role: 'user', content: { type: 'text', text: String(args.prompt) } }],
      maxTokens: 100,
    });
    const { content } = answer;
    return text(`LLM response: ${content.type === 'text' ? content.text : 'No response'}`);
  },
  test_elicitation: async ({ args }) =>
    elicit(
      String(args.message),
      {
        username: { type: 'string', description: "User's response" },
        email: { type: 'string', description: "User's email address" },
      },
      ['username', 'email'],
    ),
  test_elicitation_sep1034_defaults: async () =>
    elicit(
      'Please review and update the form fields with defaults',
      {
        name: { type: 'string', description: 'User name', default: 'John Doe' },
        age: { type: 'integer', description: 'User age', default: 30 },
        score: { type: 'number', description: 'User score', default: 95.5 },
        status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
        verified: { type: 'boolean', description: 'Verification status', default: true },
      },
      [],
    ),
  test_elicitation_sep1330_enums: async () =>
    elicit(
      'Please select options from the enum fields',
      {
        untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
        titledSingle: { type: 'string', oneOf: titled('First Option', 'Second Option', 'Third Option') },
        legacyEnum: {
          type: 'string',
          enum: ['opt1', 'opt2', 'opt3'],
          enumNames: ['Option One', 'Option Two', 'Option Three'],
        },
        untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
        titledMulti: { type: 'array', items: { anyOf: titled('First Choice', 'Second Choice', 'Third Choice') } },
      },
      [],
    ),
};

const schema2020 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object' as const,
  $defs: { address: { type: 'object', properties: { street: { type: 'string' }, city: { type: 'string' } } } },
  properties: { name: { type: 'string' }, address: { $ref: '#/$defs/address' } },
  additionalProperties: false,
};

server.setRequestHandler(ListToolsRequestSchema, async () => ({
  tools: Object.keys(tools).map((name) => ({
    name,
    description: `The suite's ${name}`,
    inputSchema: name === 'json_schema_2020_12_tool' ? schema2020 : { type: 'object' as const, properties: {} },
  })),
}));
server.setRequestHandler(CallToolRequestSchema, async (request, extra) => {
  const tool = tools[request.params.name];
  if (!tool) throw new Error(`Unknown tool: ${request.params.name}`);
  const notify: Calling['notify'] = (method, params) =>
    extra.sendNotification(JSON.parse(JSON.stringify({ method, params })));
  try {
    return await tool({
      args: request.params.arguments ?? {},
      progressToken: request.params._meta?.progressToken,
      notify,
    });
  } catch (error) {
    return { ...text(error instanceof Error ? error.message : String(error)), isError: true };
  }
});

server.setRequestHandler(ListResourcesRequestSchema, async () => ({
  resources: [
    { uri: 'test://static-text', name: 'static-text', mimeType: 'text/plain' },
    { uri: 'test://static-binary', name: 'static-binary', mimeType: 'image/png' },
    { uri: 'test://watched-resource', name: 'watched', mimeType: 'text/plain' },
  ],
}));
server.setRequestHandler(ListResourceTemplatesRequestSchema, async () => ({
  resourceTemplates: [{ uriTemplate: 'test://template/{id}/data', name: 'template', mimeType: 'application/json' }],
}));
server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }) => {
  const id = /^test:\/\/template\/(.+)\/data$/.exec(uri)?.[1];
  if (id) {
    const value = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
    return { contents: [{ uri, mimeType: 'application/json', text: value }] };
  }
  if (uri === 'test://static-binary') return { contents: [{ uri, mimeType: 'image/png', blob: PNG }] };
  return { contents: [{ uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }] };
});
server.setRequestHandler(SubscribeRequestSchema, async () => ({}));
server.setRequestHandler(UnsubscribeRequestSchema, async () => ({}));
server.setRequestHandler(SetLevelRequestSchema, async () => ({}));
server.setRequestHandler(CompleteRequestSchema, async () => ({ completion: { values: [], total: 0, hasMore: false } }));

const argument = (name: string) => ({ name, description: name, required: true });
server.setRequestHandler(ListPromptsRequestSchema, async () => ({
  prompts: [
    { name: 'test_simple_prompt', description: 'Simple' },
    { name: 'test_prompt_with_arguments', description: 'Arguments', arguments: [argument('arg1'), argument('arg2')] },
    { name: 'test_prompt_with_embedded_resource', description: 'Resource', arguments: [argument('resourceUri')] },
    { name: 'test_prompt_with_image', description: 'Image' },
  ],
}));
server.setRequestHandler(GetPromptRequestSchema, async ({ params: { name, arguments: args } }) => {
  const user = <Content>(content: Content) => ({ role: 'user' as const, content });
  const say = (value: string) => user({ type: 'text' as const, text: value });
  switch (name) {
    case 'test_prompt_with_arguments':
      return { messages: [say(`Prompt with arguments: arg1='${args?.arg1}', arg2='${args?.arg2}'`)] };
    case 'test_prompt_with_embedded_resource': {
      const uri = args?.resourceUri ?? 'test://example-resource';
      const resource = embedded(uri, 'text/plain', 'Embedded resource content for testing.');
      return { messages: [user(resource), say('Please process the embedded resource above.')] };
    }
    case 'test_prompt_with_image':
      return {
        messages: [
          user({ type: 'image' as const, data: PNG, mimeType: 'image/png' }),
          say('Please analyze the image above.'),
        ],
      };
    default:
      return { messages: [say('This is a simple prompt for testing.')] };
  }
});

await server.connect(new StdioServerTransport());
