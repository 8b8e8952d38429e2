/**
 * What each field of Call and Session means, in a line, and which of them nothing fills yet. The schemas' own
 * descriptions go first where there are any; the run behind docs/records.md checks the second part.
 */

export interface FieldWords {
  readonly says: string;
  /** Nothing fills it in this version. */
  readonly later?: true;
  /** Some of its members are filled: the words say which. */
  readonly part?: true;
}

const later = (says: string): FieldWords => ({ says, later: true });
const now = (says: string): FieldWords => ({ says });
const part = (says: string): FieldWords => ({ says, part: true });

export const CALL_WORDS: Readonly<Record<string, FieldWords>> = {
  v: now('Version of this record.'),
  event: now('`tool_call`, another `request`, or a `notification`.'),
  call_id: now(
    '`call_`, the connection’s 26 characters, and the key of the frame that opened the call. A rebuilt database has the same.',
  ),
  session_id: now('The session it belongs to.'),
  connection_id: now('The connection it was seen on.'),
  parent_call_id: now('The call that caused it, where that is proven (a task that it names); else null.'),
  parent_candidates: now(
    'Calls that may have caused it: those open when a server asked. Empty where the parent is proven or there is none.',
  ),
  turn_id: now('The turn of the conversation, as the host named it in `_meta`.'),
  rounds: now('Requests that made up the call: more than 1 where the server asked for input (`input_required`).'),
  trace_id: now('From `_meta.traceparent`.'),
  span_id: later('The call’s own span.'),
  protocol_version: now('The MCP revision that this call was spoken in.'),
  agent_id: now('`name/version` of the agent, from its process and from what it calls itself; `unknown`.'),
  principal: part(
    'On whose behalf: the user of the machine, the agent’s name, version and process. `tenant` is not filled yet.',
  ),
  server: now('The server’s name: `--name`, else made from its command.'),
  namespace: now('The same as `server`.'),
  method: now('The JSON-RPC method; of a tool call `tools/call`.'),
  direction: now('`c2s` the agent asked, `s2c` the server asked.'),
  tool: now('Name of the tool or prompt; null for other methods.'),
  tool_version: now('`name/version` as the server introduced itself.'),
  tool_contract: now('Digest of all tools as the server had listed them when the call began; null where it had not.'),
  workspace: now(
    'Root of the project: what the host’s variable names, else the folder of the agent’s process; null where neither proves one.',
  ),
  repo: now('`git:<remote without credentials>@<commit>` when the connection opened.'),
  artifact_id: later('A file that the call made.'),
  receipt_id: now('A payment’s receipt (x402): the transaction. Null where nothing was paid.'),
  timestamp: now('When the request was seen, ISO 8601, UTC.'),
  duration_ms: now(
    'From the request’s last byte to the answer’s or to its cancellation, by the monotonic clock; null while running and for a lost call.',
  ),
  attempt: now('Which call of this tool with these very arguments it is in its session: 1 for the first.'),
  retry_of: now('The equal call right before it, where that did not succeed.'),
  input_summary: part(
    'What the arguments aim at, as the judgement found it: path as asked for and where it leads, links on the way, root, operation, bytes of what is to be written (`content_length`). `requested_url`: of a call that does not write, the one address in its arguments under a name for addresses, masked, without user and password; where it leads is not looked up yet. `redaction_class` and `redaction_rule`: whether secrets were masked, and by which rule.',
  ),
  summary: now(
    'The arguments in one redacted line, at most 200 characters; null until the second stage has seen them.',
  ),
  auth_mode: now(
    '`none` no credential was handed over, `byok` one of the user’s, `managed` one that the platform issued, `auto` the server finds its own, `unknown`.',
  ),
  credential_lane: now(
    'The identity that the call ran under: `github/env:GITHUB_TOKEN#3f9a1c02`, `fs_local`, `exa_anonymous`, `aws_auto`; null where it is not known. The same names freeze it.',
  ),
  provider: now('The host that the credential is good for, by a table of providers; null where it is not in there.'),
  credential: now(
    'What is known of it: subject, scopes and expiry as its token claims (`source` then ends in `+jwt_unverified`), whether its scopes fit (`fits`, `broader`, `insufficient`, `unknown`), and where it was seen: `env_name`, `argv_option`, `header_name`, `url_query`, `meta`, `catalog`.',
  ),
  quota_owner: now('`lane:` with the lane whose credential the call used; else `unknown`.'),
  limits: now(
    'Ceilings that somebody told of: requests that the server allows in its window (`retry_ceiling`) and those left (`retries_left`), by the headers of a refusal or an answer’s own word; the bytes that the call asked for at most (`response_size_cap`). Null where nobody said.',
  ),
  data_use_class: now(
    'How confidential what it touched is: `public`, `internal`, `secret`, `unknown`. Files of this machine are `internal`.',
  ),
  policy: now(
    'What policy said to the request: `allow`, `would_deny` (it went on), `deny` (the server never saw it) or `unknown`, with reason and rule; the policy’s own hash (`bundle`), and the tools that the agent was shown (`surface`).',
  ),
  adapter: part(
    'Who stood between: Callgrove with its version, and adapters behind it (`hops`, null where that is not known). `altered`: the request was answered in the server’s place. `request_shape`, `result_shape`: keyed hashes of the names and kinds in arguments and result, without values.',
  ),
  outcome: now(
    '`success`, `error`, `cancelled`, `timeout`, `lost` (no answer seen before the connection died) `denied` (refused by policy) or `running`.',
  ),
  outcome_note: now('The outcome in a sentence where the word is not plain.'),
  layers: now('Each of transport, JSON-RPC and tool: `ok`, `error`, or null where it was not reached.'),
  error: now(
    'What kind of error it was, why a credential was refused, what helps, how long to wait, whether it may be sent again as it stands, where that was read and by which rule (docs/errors.md). Null where nothing went wrong; set also where an answer claims to be a success and is the body of an error.',
  ),
  error_message: now('The error’s own words, redacted, at most 500 characters.'),
  idempotent: now('Would a repetition change nothing more? Null where nothing says it.'),
  retry_safe: now('May it be repeated without looking? Null where nothing says it.'),
  reversibility: now('Can what it did be undone: `no_effect`, `reversible`, `permanent`, `unknown`.'),
  side_effects: now(
    'The kinds of `effects`, each once. Null where it is not known what it did; empty where it did nothing.',
  ),
  side_effect_class: now(
    'The gravest of them: `none`, `local_write`, `remote_write`, `message`, `spend`, `process`, `unknown`.',
  ),
  effects: now(
    'What it did and to what. `evidence`: `verified` (looked at before and after), `observed` (seen to have happened while it ran, with the doubt in `note`), `declared` (the catalog, the user or the server says so), `inferred`.',
  ),
  sources: now(
    'Where each derived value comes from: `observed`, `verified`, `user`, `catalog`, `annotation` or `inferred`.',
  ),
  output: part(
    'The answer: `returned_bytes` on the wire, `tokens` of its text by the named `tokenizer`, `summary_mode` with what the server says that it left out (`omitted_bytes`, `omitted_count`) and how to get it (`refill_route`), `artifact` (digest of the copy of a frame over 256 KiB). Tokens are null for pictures and for texts over 256 KiB.',
  ),
  spend: now(
    'US dollars: `estimated_usd` by the user’s prices, `actual_usd` by the server’s own word or a receipt, with `source` and the date of the price; null where nothing is known.',
  ),
  harness: now(
    'The harness version that was captured last `before` the call; where none was, the first `after` it, which proves less.',
  ),
  checkpoint: now('The light checkpoint behind a tool call that succeeded; null behind any other.'),
  findings: now('Ids of findings about this call.'),
  progress: now('How many progress notifications came, and the last one; null for none.'),
  late_answer_ms: now('When an answer still came after cancellation, in ms after the request; null where none did.'),
};

export const SESSION_WORDS: Readonly<Record<string, FieldWords>> = {
  v: now('Version of this record.'),
  session_id: now('`ses_` and 16 hex digits, derived from the agent’s process and the conversation.'),
  title: now('Agent, branch and commit (else the folder), first tools.'),
  label: now('The name that the user gave it.'),
  pinned: now('Pinned sessions are kept by retention.'),
  workspace: now('As in Call.'),
  repo: now('As in Call.'),
  agent_id: now('As in Call.'),
  principal: now('As in Call.'),
  conversation_id: now('The conversation as the host named it; null where it named none.'),
  started_at: now('Its first call.'),
  ended_at: now('When its last connection closed; null while one is open.'),
  split: now('`idle`: began after 30 minutes of silence of a process that names no conversation.'),
  tool_calls: now('Tool calls of the agent. The next three count among them.'),
  successful_calls: now('Outcome `success`.'),
  failed_calls: now('Outcome `error` or `timeout`.'),
  denied_calls: now('Outcome `denied`.'),
  credentials_used: now(
    'Credential lanes of its tool calls, in the order of their first use; null where none is known.',
  ),
  side_effects_summary: part(
    'Effects of its calls, counted: files where they are known, null where none is. `spend_incurred_usd`: what its calls cost, as far as that is known.',
  ),
  spend_by: now(
    'That cost by server, `server/tool`, lane, agent and user. What has no price is not in there: empty does not mean free.',
  ),
  terminal_state: now(
    '`running` while a connection is open, then judged by its calls: `success`, `partial_success`, `failed`, `cancelled`, `lost`.',
  ),
  recovery_status: now(
    'Where it ended as `partial_success`, `failed` or `lost`: `recovered` where later calls made good each that failed, `closed` where tests passed after the last failure, else `pending`. Otherwise `not_needed`.',
  ),
  failure_class: now('What kind of failure its first failing call was; null where that is not known.'),
  first_failing_call: now('Id of the first call that failed.'),
  last_good_checkpoint: now(
    'Where to go back to: the newest checkpoint whose tests passed, else the one before the first failing call.',
  ),
  retry: now(
    'What is done (`skip`), must be looked at (`verify_first`) or may be repeated; `plain_retry_safe`: may all of it be run again? Lists and feed name the newest 20 calls of each kind, then `cut` is true; a session’s own record 10,000.',
  ),
  harness: now('Harness versions that it ran with, in order.'),
  findings: now('How many findings there are: `GET /api/sessions/ID/harness` has them.'),
  frames_lost: now('Chunks that the journal could not take: what stood in them is not known.'),
  source: now('`live`. Others are for later.'),
};
