/** Rules about the codes of HTTP and JSON-RPC: what a number says where no word says more. Data only. */
import { type ErrorRule, rule } from './errorRule.ts';

const ERRORS_MODERN = 'MCP 2026-07-28, error codes of the specification (-32020 to -32099)';

/** Codes that mean one thing, whatever the words beside them. */
export const RPC_CODES: readonly ErrorRule[] = [
  rule(
    'mcp.url_elicitation',
    'elicitation',
    'MCP 2025-11-25 client/elicitation: -32042, a page must be visited first',
    { rpc: [-32042] },
  ),
  rule('mcp.header_mismatch', 'not_mcp', ERRORS_MODERN, { rpc: [-32020] }),
  rule('mcp.missing_capability', 'capability', ERRORS_MODERN, { rpc: [-32021] }),
  rule('mcp.version', 'arguments_at_door', `${ERRORS_MODERN}; 2024-11-05 basic/lifecycle says it in words`, {
    rpc: [-32022],
    text: /\bunsupported protocol version\b/,
    keys: ['protocol version'],
  }),
  rule('mcp.user_rejected', 'tool', 'MCP 2025-06-18 client/sampling: -1, the user rejected the request', { rpc: [-1] }),
  rule('sdk.session', 'not_mcp', '@modelcontextprotocol/sdk server/streamableHttp.js: no session, or not initialised', {
    text: /^(?:bad request: )?(?:session not found|server not initialized|no valid session id|mcp-session-id header is required|invalid or missing session id)/,
    keys: ['session', 'not initialized'],
  }),
  rule('lsp.cancelled', 'cancelled', 'Language Server Protocol 3.17: -32800 RequestCancelled', { rpc: [-32800] }),
];

/** What JSON-RPC says by itself, unless the words beside it name a tool, an argument or a place. */
export const RPC_PLAIN: readonly ErrorRule[] = [
  rule('rpc.method', 'no_such_method', 'JSON-RPC 2.0 section 5.1: -32601', { rpc: [-32601] }),
  rule('mcp.resource', 'not_found_at_door', 'MCP 2024-11-05 to 2025-11-25 server/resources: -32002', { rpc: [-32002] }),
  rule(
    'rpc.plain_words',
    'arguments_at_door',
    'JSON-RPC 2.0 section 5.1: -32600 and -32602 with nothing but the words that the specification has for them',
    {
      text: /^(?:mcp error -3260[02]: )?invalid (?:request|params)\.?$/,
      keys: ['invalid'],
    },
  ),
];

/** Where nothing more special fits. */
export const STATUSES: readonly ErrorRule[] = [
  rule('http.401', 'bad_credential', 'RFC 9110 section 15.5.2', {
    statuses: [401, 407],
    text: /\bunauthorized\b/,
    keys: ['unauthorized'],
  }),
  rule('http.402', 'quota', 'RFC 9110 section 15.5.3', { statuses: [402] }),
  rule('http.403', 'forbidden', 'RFC 9110 section 15.5.4; 451 by RFC 7725', { statuses: [403, 451] }),
  rule('http.404', 'not_found', 'RFC 9110 sections 15.5.5 and 15.5.11', { statuses: [404, 410] }),
  rule('http.408', 'timeout', 'RFC 9110 sections 15.5.9 and 15.6.5; 524 by Cloudflare', {
    statuses: [408, 504, 522, 524],
  }),
  rule('http.409', 'conflict', 'RFC 9110 sections 15.5.10 and 15.5.13; 423 by RFC 4918', {
    statuses: [409, 412, 423, 428],
  }),
  rule('http.413', 'too_large', 'RFC 9110 section 15.5.14', { statuses: [413, 414, 431] }),
  rule('http.429', 'rate', 'RFC 6585 section 4', { statuses: [429] }),
  rule('http.400', 'arguments', 'RFC 9110 sections 15.5.1, 15.5.16 and 15.5.21', {
    statuses: [400, 405, 406, 411, 415, 416, 417, 422],
  }),
  rule('http.502', 'bad_gateway', 'RFC 9110 section 15.6.3', { statuses: [502, 520, 521, 523] }),
  rule('http.503', 'unavailable', 'RFC 9110 section 15.6.4; 529 by Anthropic', { statuses: [503, 529] }),
  rule('http.500', 'internal', 'RFC 9110 section 15.6.1', { statuses: [500, 501, 505, 507, 508] }),
];

/** The MCP server's own HTTP answer: it turned the request away before any tool. */
export const DOOR_STATUSES: readonly ErrorRule[] = [
  rule('door.401', 'bad_credential', 'RFC 6750 section 3: no or an unacceptable credential', { statuses: [401, 407] }),
  rule('door.402', 'quota_at_door', 'RFC 9110 section 15.5.3', { statuses: [402] }),
  rule('door.403', 'forbidden_at_door', 'RFC 9110 section 15.5.4', { statuses: [403, 451] }),
  rule('door.404', 'not_mcp', 'MCP 2025-11-25 transports: no endpoint there, or a session that is gone', {
    statuses: [301, 302, 303, 307, 308, 404, 405, 410],
  }),
  rule('door.408', 'timeout', 'RFC 9110 sections 15.5.9 and 15.6.5', { statuses: [408, 504, 522, 524] }),
  rule('door.409', 'conflict', 'RFC 9110 sections 15.5.10 and 15.5.13', { statuses: [409, 412, 423] }),
  rule('door.413', 'too_large_at_door', 'RFC 9110 section 15.5.14', { statuses: [413, 414, 431] }),
  rule('door.429', 'rate_at_door', 'RFC 6585 section 4', { statuses: [429] }),
  rule('door.400', 'arguments_at_door', 'RFC 9110 section 15.5.1', { statuses: [400, 406, 411, 415, 417, 422] }),
  rule('door.502', 'bad_gateway', 'RFC 9110 section 15.6.3', { statuses: [502, 520, 521, 523] }),
  rule('door.503', 'unreachable', 'RFC 9110 section 15.6.4; 529 by Anthropic: not taken in', { statuses: [503, 529] }),
  rule('door.500', 'internal', 'RFC 9110 section 15.6.1', { statuses: [500, 501, 505, 507, 508] }),
];

/** What JSON-RPC itself says, after all else. */
export const RPC_GENERAL: readonly ErrorRule[] = [
  rule('rpc.parse', 'not_mcp', 'JSON-RPC 2.0 section 5.1: -32700', { rpc: [-32700] }),
  rule('rpc.invalid_request', 'arguments_at_door', 'JSON-RPC 2.0 section 5.1: -32600', { rpc: [-32600] }),
  rule('rpc.params', 'arguments_at_door', 'JSON-RPC 2.0 section 5.1: -32602', { rpc: [-32602] }),
  rule('sdk.timeout', 'timeout', '@modelcontextprotocol/sdk types.js: -32001 RequestTimeout', { rpc: [-32001] }),
  rule('sdk.closed', 'broken_off', '@modelcontextprotocol/sdk types.js: -32000 ConnectionClosed', {
    text: /^mcp error -32000: connection closed/,
    keys: ['connection closed'],
  }),
  rule('rpc.internal', 'internal', 'JSON-RPC 2.0 section 5.1: -32603 with nothing but its own words', {
    text: /^(?:mcp error -32603: )?internal error\.?$/,
    keys: ['internal error'],
  }),
];
