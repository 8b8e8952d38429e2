/** The words of the status bar's one item: the running session's live calls, errors and denials. */

import { frozenText } from '../daemon/model/denialText.ts';
import { sessionFace } from '../daemon/model/sessionFace.ts';
import type { SessionHead } from '../daemon/protocol/feed.ts';
import type { Freeze } from '../daemon/protocol/policy.ts';
import { counted, figuresText } from './sessionFigures.ts';
import type { DaemonState } from './sessionsWatch.ts';

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  readonly spoken: string;
  /** Errors or denials: the item takes the editor's warning colour. */
  readonly alarming: boolean;
}

const MARK = '$(pulse)';

type Frozen = Pick<Freeze, 'kind' | 'target'>;

/** @param head the running session of this window, or null; @param freezes what is frozen now, here or elsewhere */
export function statusText(state: DaemonState, head: SessionHead | null, freezes: readonly Frozen[] = []): StatusText {
  if (state !== 'open' || freezes.length === 0) return withoutFreezes(state, head);
  const { text, tooltip, spoken } = withoutFreezes(state, head);
  const lines = freezes.map((freeze) => `Frozen: ${frozenText(freeze)}`);
  return {
    text: `${text} $(lock) ${freezes.length}`,
    tooltip: [...lines, tooltip].join('\n'),
    spoken: `${spoken}, ${freezes.length} frozen`,
    alarming: true,
  };
}

function withoutFreezes(state: DaemonState, head: SessionHead | null): StatusText {
  if (head !== null && state === 'open') return live(head);
  const tooltip = {
    open: 'Callgrove is ready. No agent is connected in this workspace.',
    looking: 'Callgrove is looking for its daemon.',
    absent: 'Callgrove’s daemon is not running. Calls are recorded all the same, and show when it is.',
    other: 'Callgrove’s daemon is of another version. Reload the window after an update.',
  }[state];
  return { text: MARK, tooltip: `${tooltip}\nSelect to open the page.`, spoken: tooltip, alarming: false };
}

function live(head: SessionHead): StatusText {
  const { failed_calls: failed, denied_calls: denied } = head.session;
  const would = Math.max(0, head.denials - denied);
  const text = [
    `${MARK} ${head.running_calls > 0 ? `$(loading~spin) ${head.running_calls}` : head.calls}`,
    failed > 0 ? `$(error) ${failed}` : null,
    denied > 0 ? `$(circle-slash) ${denied}` : null,
    would > 0 ? `$(shield) ${would}` : null,
  ]
    .filter((part) => part !== null)
    .join(' ');
  const face = sessionFace(head);
  const lines = [
    face.title,
    face.place,
    figuresText(head),
    `Servers: ${head.servers.join(', ') || 'none yet'}`,
    ...(head.workbench === null ? [] : [`Since last time: ${head.workbench}`]),
  ];
  return {
    text,
    tooltip: `${lines.join('\n')}\nSelect to open this session.`,
    spoken: `Callgrove: ${counted(head.running_calls, 'call')} running, ${counted(failed, 'error')}, ${counted(denied, 'denial')}${would > 0 ? `, ${would} would be denied` : ''}`,
    alarming: failed + denied > 0,
  };
}
