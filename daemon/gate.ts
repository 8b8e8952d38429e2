/** What a proxy loads when there is something to judge: the gate with its judge. */
import { createJudge } from './gateJudge.ts';
import { createGate } from './proxy/gate.ts';
import type { Gate, GateParts } from './proxy/lookout.ts';

export function openGate(parts: GateParts): Gate {
  const judge = createJudge(parts);
  judge.refresh();
  return createGate(parts, judge);
}
