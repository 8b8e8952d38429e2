/**
 * The gate of one connection: looks into the agent's requests and the server's lists of tools. Where nothing is enforced it
 * judges behind the bytes' back; where something is, lines are judged before they pass, and a refused one is answered here.
 * What is allowed is not decided here but by the judge; every byte that is not altered passes as it came.
 */
import type { LongTexts } from '../model/longTexts.ts';
import type { DecisionRecord } from '../protocol/policy.ts';
import { FileWatch } from './fileWatch.ts';
import { AgentLines } from './gateAgent.ts';
import type { ReadonlyMembers } from './gateMessages.ts';
import { ServerLines } from './gateServer.ts';
import type { Gate, GateParts } from './lookout.ts';
import type { PlainCall } from './plainCall.ts';

export type Judged = Omit<DecisionRecord, 'frame' | 'request_id' | 'took_us'>;

export interface JudgeRequest {
  readonly method: string;
  /** Null for another method than `tools/call`, and where the request names none. */
  readonly tool: string | null;
  /** `params.arguments`; of another method `params`. */
  readonly args: unknown;
  /** `params._meta`; null where there is none. */
  readonly meta: ReadonlyMembers | null;
  /** What was left out of `args` when the request was read; good until its bytes are gone. */
  readonly texts: LongTexts;
  /** Only the beginning of the request was read: what follows may name another path. */
  readonly isCut: boolean;
}

/** A call that was judged as others before it, but for how much it writes. */
export interface IdleCall extends PlainCall {
  /** As it was judged then. */
  readonly judged: Judged;
}

/** What the gate asks. Its functions may throw: then the request passes, and it is said. */
export interface Judge {
  /** Looks whether the policy has changed. */
  refresh(): void;
  /** Can a request be refused, or a list be shortened? Else nothing is held back. */
  readonly strict: boolean;
  /** A freeze holds: every request is refused. */
  readonly frozen: boolean;
  /** Are whole lines surely calls that `request` has nothing to say about? */
  seemsIdle(lines: Uint8Array): boolean;
  /** A line that is surely one call that names nothing, and passes as calls of that tool did before; null for any other. */
  idle(line: Uint8Array): IdleCall | null;
  /** Is a line surely a call of a tool that only reads? @param text the line as Latin-1; of a long one beginning and end */
  seemsToRead(text: string): boolean;
  /** Null where there is nothing that could be held against it. */
  request(request: JudgeRequest): Judged | null;
  /** The whole answer to a refused request, as one line without its end. @param id JSON text */
  answer(judged: Judged, id: string, revision: string | null): string;
  /** The server listed these; a first page replaces what was listed before. */
  listed(tools: readonly unknown[], isFirst: boolean): void;
  /** Of the listed tools, the names of those that the agent must not see now. */
  hidden(): ReadonlySet<string>;
  /** The id of what the agent is shown of the listed tools; null where none were listed. */
  surface(): string | null;
  clientRoots(uris: readonly string[]): void;
  client(name: string, version: string | null): void;
}

export function createGate(parts: GateParts, judge: Judge): Gate {
  const files = new FileWatch(parts);
  const server = new ServerLines(parts, judge, files);
  const agent = new AgentLines(parts, judge, server, files);
  return {
    fromAgent(bytes, ordinal) {
      judge.refresh();
      server.compareLists();
      return agent.before(bytes, ordinal);
    },
    forwarded: (bytes, ordinal) => agent.behind(bytes, ordinal),
    fromServer: (bytes, ordinal) => server.pass(bytes, ordinal),
    passed(direction, bytes, ordinal) {
      if (direction === 'c2s') agent.note(bytes, ordinal);
      else server.pass(bytes, ordinal, true);
    },
    agentEnded: () => agent.end(),
    serverEnded: () => server.end(),
  };
}
