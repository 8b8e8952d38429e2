/**
 * The checklists by which a server is let into production: the four audit questions, the seven items before promotion and
 * the ten of the production bar. Each item is a table row: a statement about single calls, or about the session. It passes
 * where every call that it is about bears it out, fails where one does not, and is unknown where there is nothing to judge.
 */
import type { Call, Session } from '../protocol/record.ts';
import type { ChecklistItem } from '../protocol/scorecard.ts';
import { Tallying } from './tally.ts';

type List = ChecklistItem['list'];
type SessionVerdict = { readonly result: ChecklistItem['result']; readonly evidence: string };

type Rule = { readonly list: List; readonly item: string } & (
  | { readonly call: (call: Call) => boolean | null }
  /** @param session null where calls of several are looked at */
  | { readonly session: (session: Session | null) => SessionVerdict }
);

const failed = ({ outcome }: Call) => outcome === 'error' || outcome === 'timeout' || outcome === 'lost';
const reached = ({ outcome }: Call) => outcome !== 'denied';
const wrote = ({ side_effect_class: kind }: Call) => kind !== 'none';

/** What was asked: in the judged summary, or at least in the redacted line. */
const hasInput = ({ summary, input_summary: input }: Call) => summary !== null || input.requested_path !== null;
const isTimed = (call: Call) => call.outcome !== 'running' && (call.duration_ms !== null || call.outcome === 'lost');
const isNamed = ({ principal, agent_id }: Call) =>
  principal.user !== null && principal.agent !== null && agent_id !== 'unknown';
const isTyped = ({ error }: Call) =>
  error !== null && error.error_class !== 'unknown' && error.recovery_action !== null && error.retry_safe !== null;
const hasLane = ({ auth_mode, credential_lane }: Call) => auth_mode !== 'unknown' && credential_lane !== null;
const hasReversibility = ({ reversibility }: Call) => reversibility !== 'unknown';
const knowsEffects = ({ side_effect_class, side_effects }: Call) =>
  side_effect_class !== 'unknown' && side_effects !== null;
const hasOutcome = ({ outcome, duration_ms, idempotent }: Call) =>
  outcome !== 'running' && duration_ms !== null && idempotent !== null;
const ofFiles = ({ input_summary: input }: Call) => input.requested_path !== null;
const isCanonical = ({ input_summary: input, policy }: Call) =>
  input.canonical_path !== null &&
  input.allowed_root !== null &&
  input.operation_class !== 'unknown' &&
  policy.decision !== 'unknown';
const hasOutput = ({ output }: Call) => output.returned_bytes !== null && output.summary_mode !== null;
const hasShapes = ({ adapter }: Call) => adapter.request_shape !== null && adapter.result_shape !== null;
const keepsCaller = (call: Call) => isNamed(call) && call.policy.bundle !== null && call.adapter.hops !== null;

/** For those calls only that a condition holds of. */
const where = (condition: (call: Call) => boolean, test: (call: Call) => boolean) => (call: Call) =>
  condition(call) ? test(call) : null;

const SUMMARY: Rule = {
  list: 'before_promotion',
  item: 'The session has a summary of all side effects and of what was spent',
  session(session) {
    if (session === null) return { result: 'unknown', evidence: 'it is asked of a session, not of a server' };
    const { files_created, files_modified, files_deleted } = session.side_effects_summary;
    const counted = [files_created, files_modified, files_deleted].every((count) => count !== null);
    if (!counted) return { result: 'unknown', evidence: 'what its calls changed is not known' };
    const spent = session.side_effects_summary.spend_incurred_usd;
    return {
      result: 'pass',
      evidence: `${files_created} created, ${files_modified} modified, ${files_deleted} deleted; ${spent === null ? 'no call has a price' : `$${spent}`}; it ended as ${session.terminal_state}`,
    };
  },
};
const CHECKPOINTS: Rule = {
  list: 'before_promotion',
  item: 'Checkpoints allow to resume after a partial failure',
  session(session) {
    if (session === null) return { result: 'unknown', evidence: 'it is asked of a session, not of a server' };
    if (session.successful_calls === 0) return { result: 'unknown', evidence: 'no call has succeeded yet' };
    const { last_good_checkpoint: last } = session;
    return last === null
      ? { result: 'fail', evidence: 'no checkpoint stands before its first failure' }
      : { result: 'pass', evidence: `the last good one is ${last}` };
  },
};
/** What a server allows is no limit on what a session spends. */
const GOVERNOR: Rule = {
  list: 'before_promotion',
  item: 'A spend governor is active, with limits for each session',
  session: (session) =>
    session === null
      ? { result: 'unknown', evidence: 'it is asked of a session, not of a server' }
      : { result: 'fail', evidence: 'nothing limits what a session may spend: Callgrove has no budgets yet' },
};
const on = (list: List, rule: Rule, item = rule.item): Rule => ({ ...rule, list, item });

export const CHECKLIST: readonly Rule[] = [
  {
    list: 'four_questions',
    item: 'Who called which tool?',
    call: (call) => isNamed(call) && hasInput(call) && call.tool_version !== null,
  },
  { list: 'four_questions', item: 'Under which credentials?', call: where(reached, hasLane) },
  { list: 'four_questions', item: 'What happened?', call: where(reached, hasOutcome) },
  { list: 'four_questions', item: 'Which side effects did it have?', call: where(reached, knowsEffects) },

  {
    list: 'before_promotion',
    item: 'Calls are logged with tool, input summary, outcome and duration',
    call: (call) => hasInput(call) && isTimed(call),
  },
  {
    list: 'before_promotion',
    item: 'Errors are logged with class, recovery hint and retry safety',
    call: where(failed, isTyped),
  },
  SUMMARY,
  GOVERNOR,
  CHECKPOINTS,
  {
    list: 'before_promotion',
    item: 'Each tool in the chain has its reversibility',
    call: where(reached, hasReversibility),
  },
  { list: 'before_promotion', item: 'It is known under which identity each call ran', call: where(reached, hasLane) },

  {
    list: 'production_bar',
    item: 'Calls carry principal, session, tool, input summary, outcome and duration',
    call: (call) => isNamed(call) && hasInput(call) && isTimed(call),
  },
  {
    list: 'production_bar',
    item: 'Errors carry a class, a recovery hint and retry safety',
    call: where(failed, isTyped),
  },
  on('production_bar', SUMMARY, 'The session’s summary has side effects, spend and how it ended'),
  {
    list: 'production_bar',
    item: 'Each call that changes something shows the identity it ran under',
    call: where((call) => reached(call) && wrote(call), hasLane),
  },
  {
    list: 'production_bar',
    item: 'The trace keeps caller, policy version, hops and the input’s shape',
    call: where(reached, (call) => keepsCaller(call) && call.adapter.request_shape !== null),
  },
  {
    list: 'production_bar',
    item: 'Shapes before and after the adapter, typed errors and the quota’s owner are on record',
    call: where(
      reached,
      (call) => hasShapes(call) && call.quota_owner !== 'unknown' && (!failed(call) || isTyped(call)),
    ),
  },
  on('production_bar', CHECKPOINTS, 'A caller can resume from a checkpoint'),
  { list: 'production_bar', item: 'Each tool has its reversibility', call: where(reached, hasReversibility) },
  {
    list: 'production_bar',
    item: 'File calls show canonical path, root, decision and operation',
    call: where(ofFiles, isCanonical),
  },
  {
    list: 'production_bar',
    item: 'Outputs show size, what was left out, and how they were shortened',
    call: where(({ outcome }) => outcome === 'success', hasOutput),
  },
];

export interface ChecklistFold {
  /** Tool calls, in any order. */
  add(call: Call): void;
  items(session: Session | null): ChecklistItem[];
}

export function checklistFold(): ChecklistFold {
  const tallies = CHECKLIST.map(() => new Tallying());
  return {
    add(call) {
      if (call.event !== 'tool_call' || call.outcome === 'running') return;
      for (const [at, rule] of CHECKLIST.entries()) if ('call' in rule) tallies[at]?.add(call.call_id, rule.call(call));
    },
    items: (session) =>
      CHECKLIST.map((rule, at): ChecklistItem => {
        const { list, item } = rule;
        if ('session' in rule) return { list, item, ...rule.session(session), calls: { for: [], against: [] } };
        const { met, missed, for: shown, against } = tallies[at] ?? new Tallying();
        const all = met + missed;
        return {
          list,
          item,
          result: all === 0 ? 'unknown' : missed === 0 ? 'pass' : 'fail',
          evidence: all === 0 ? 'no call that it is about' : `${met} of ${all} calls`,
          calls: { for: shown, against },
        };
      }),
  };
}
