/**
 * Knows what is frozen now, for the status bar: asks the daemon when sessions change and after a while, at most every few
 * seconds. Where the daemon cannot be asked nothing is told as frozen.
 */
import { Emitter } from '../daemon/base/events.ts';
import { type Disposable, DisposableStore, toDisposable } from '../daemon/base/lifecycle.ts';
import type { Freeze } from '../daemon/protocol/policy.ts';
import { askDaemon } from './askDaemon.ts';
import { readEndpoint } from './endpoint.ts';
import type { SessionsWatch } from './sessionsWatch.ts';

export interface FreezesWatch extends Disposable {
  readonly freezes: readonly Freeze[];
  readonly onChange: (listener: (value: undefined) => void) => Disposable;
  /** Ask now: something was frozen or thawed from here. */
  knock(): void;
}

const REST_MS = 3_000;
/** Somebody else may freeze what no session here uses. */
const TURN_MS = 30_000;

export function watchFreezes(daemonFile: string, watch: Pick<SessionsWatch, 'state' | 'onChange'>): FreezesWatch {
  const store = new DisposableStore();
  const changed = store.add(new Emitter<undefined>());
  let freezes: readonly Freeze[] = [];
  let timer: NodeJS.Timeout | undefined;
  let asking = false;

  const look = async () => {
    timer = undefined;
    if (asking || store.isDisposed) return;
    asking = true;
    const found = watch.state === 'open' ? await read(daemonFile) : [];
    asking = false;
    if (store.isDisposed) return;
    const same = found.map(({ freeze_id }) => freeze_id).join() === freezes.map(({ freeze_id }) => freeze_id).join();
    freezes = found;
    if (!same) changed.fire(undefined);
  };
  const soon = () => {
    timer ??= setTimeout(() => void look(), REST_MS);
  };
  const turn = setInterval(soon, TURN_MS);
  store.add(watch.onChange(soon));
  store.add(
    toDisposable(() => {
      clearInterval(turn);
      clearTimeout(timer);
    }),
  );
  soon();
  return {
    get freezes() {
      return freezes;
    },
    onChange: changed.on,
    knock: () => void look(),
    dispose: () => store.dispose(),
  };
}

async function read(daemonFile: string): Promise<readonly Freeze[]> {
  const answer = await askDaemon(await readEndpoint(daemonFile), { ask: 'document', wish: { what: 'policy' } });
  return answer.type === 'document' && answer.document.what === 'policy' ? answer.document.value.freezes : [];
}
