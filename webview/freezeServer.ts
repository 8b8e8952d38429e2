/** The button that freezes a server, wherever it stands. */
import type { TemplateResult } from 'lit-html';
import { spelledDirection } from '../daemon/model/spelledDirection.ts';
import { button } from './controls.ts';
import type { DenialEvents } from './denialCard.ts';
import { askFreeze } from './policyAsk.ts';

const NAME_CHARS = 32;

/** A name may be of any length and hold anything: the button shows its beginning, and its tip all of it. */
export function freezeServer(server: string, { dispatch }: Pick<DenialEvents, 'dispatch'>): TemplateResult {
  const name = spelledDirection(server);
  return button({
    label: `Freeze ${name}…`,
    name: 'act-freeze',
    content: `Freeze ${name.slice(0, NAME_CHARS)}…`,
    onPress: () => dispatch({ type: 'policy.asked', ask: askFreeze({ kind: 'server', target: server }) }),
  });
}
