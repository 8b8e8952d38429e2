/** The rules in the order in which they count: the first that fits names the error. */
import type { ErrorRule } from './errorRule.ts';
import { AUTH_CAUSES, AUTH_REFUSALS, PERMISSIONS } from './errorRulesAuth.ts';
import { LIMITS } from './errorRulesLimits.ts';
import { NETWORK } from './errorRulesNetwork.ts';
import { DOOR_STATUSES, RPC_CODES, RPC_GENERAL, RPC_PLAIN, STATUSES } from './errorRulesProtocol.ts';
import { DOOR, STATE } from './errorRulesRequest.ts';
import { INTERNAL, SERVER, STDERR } from './errorRulesServer.ts';

/** What an answer says, from the most special to the most general: a cause before a refusal, words before a number. */
export const ANSWER_RULES: readonly ErrorRule[] = [
  ...RPC_CODES,
  ...DOOR,
  ...RPC_PLAIN,
  ...AUTH_CAUSES,
  ...LIMITS,
  ...AUTH_REFUSALS,
  ...NETWORK,
  ...PERMISSIONS,
  ...SERVER,
  ...STATE,
  ...INTERNAL,
  ...STATUSES,
  ...RPC_GENERAL,
];

/** What the HTTP answer of the MCP server itself says, where it turned the request away. */
export const HTTP_RULES: readonly ErrorRule[] = [...AUTH_CAUSES, ...DOOR_STATUSES];

/** What the last lines of a dead server's stderr say. */
export const STDERR_RULES: readonly ErrorRule[] = STDERR;

/** Every rule once, as docs/errors.md lists them. */
export const ALL_RULES: readonly ErrorRule[] = [...ANSWER_RULES, ...DOOR_STATUSES, ...STDERR];
