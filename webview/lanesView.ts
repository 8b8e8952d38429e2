/** Draws the credential lanes of the session that is shown: name and fingerprint, who uses them, and freeze or thaw. */
import { html, nothing, type TemplateResult } from 'lit-html';
import { visible } from '../daemon/model/drawnPath.ts';
import type { Lane } from '../daemon/protocol/denial.ts';
import type { Freeze } from '../daemon/protocol/policy.ts';
import { button } from './controls.ts';
import type { DenialEvents } from './denialCard.ts';
import { askFreeze, askThaw } from './policyAsk.ts';
import { readOf } from './readOf.ts';
import type { State } from './state.ts';

/** @param held what is frozen */
export function lanesView(
  state: State,
  held: readonly Freeze[],
  { dispatch }: DenialEvents,
): TemplateResult | typeof nothing {
  const read = state.session === null ? null : readOf(state, { what: 'lanes', id: state.session });
  const document = read?.document ?? null;
  if (document?.what !== 'lanes' || document.value.lanes.length === 0) return nothing;
  const { lanes } = document.value;
  const isFrozen = ({ lane }: Lane) => held.some(({ kind, target }) => kind === 'lane' && target === lane);
  const frozen = lanes.filter(isFrozen).length;
  return html`<details class="lanes">
    <summary>Credentials <span class="quiet">${lanes.length}${frozen > 0 ? `, ${frozen} frozen` : ''}: freezing one stops every connection that was started with it</span></summary>
    <ul>
      ${lanes.map((lane) => {
        const target = { kind: 'lane', target: lane.lane } as const;
        const ask = isFrozen(lane) ? askThaw(target) : askFreeze(target);
        return html`<li>
          <span class="lane-name"><span class="quiet">${lane.kind === 'variable' ? '' : `${lane.kind} `}</span><code>${visible(lane.name)}</code><code class="quiet" title="Keyed fingerprint of its value">#${lane.fingerprint}</code></span>
          <span class="lane-use quiet">${usedText(lane)}</span>
          ${button({ label: `${isFrozen(lane) ? 'Thaw' : 'Freeze'} ${lane.name}`, content: isFrozen(lane) ? 'Thaw…' : 'Freeze…', name: 'act-lane', onPress: () => dispatch({ type: 'policy.asked', ask }) })}
        </li>`;
      })}
    </ul>
  </details>`;
}

function usedText({ servers, connections, open }: Lane): string {
  const running = open === connections ? '' : open === 0 ? ', none running' : `, ${open} running`;
  const count = `${connections} ${connections === 1 ? 'connection' : 'connections'}`;
  return `${visible(servers.join(', '))} · ${count}${running}`;
}
