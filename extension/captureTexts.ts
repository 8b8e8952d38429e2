/**
 * Shows the texts that captures keep in the editor's own diff, as read-only documents named by capture and digest. What
 * they hold is not ours: it is text, and nothing acts on it.
 */
import { commands, type TextDocumentContentProvider, Uri, window } from 'vscode';
import { differenceTexts } from '../daemon/model/differenceTexts.ts';
import type { StoredCapture } from '../daemon/protocol/captures.ts';
import type { DifferenceGroup } from '../daemon/protocol/comparison.ts';
import { askDaemon } from './askDaemon.ts';
import { readEndpoint } from './endpoint.ts';

export const CAPTURED = 'callgrove-capture';

export interface WantedDiff {
  /** Captures, versions or sessions. */
  readonly a: string;
  readonly b: string;
  readonly group: DifferenceGroup;
  readonly item: string;
}

export interface CaptureTexts extends TextDocumentContentProvider {
  openDiff(wanted: WantedDiff): Promise<void>;
}

/** Says in the query that there is no text on this side. */
const NONE = 'none';

export function captureTexts(daemonFile: string): CaptureTexts {
  const read = async (id: string): Promise<StoredCapture | null> => {
    const wish = { what: 'capture' as const, id };
    const answer = await askDaemon(await readEndpoint(daemonFile), { ask: 'document', wish });
    return answer.type === 'document' && answer.document.what === 'capture' ? answer.document.value : null;
  };
  return {
    async openDiff({ a, b, group, item }) {
      const [before, after] = await Promise.all([read(a), read(b)]);
      const texts = before && after ? differenceTexts(before.capture, after.capture, group, item) : null;
      if (!before || !after || texts === null) {
        void window.showInformationMessage(`The texts of ${item} are no longer kept.`);
        return;
      }
      await commands.executeCommand(
        'vscode.diff',
        textUri(item, before.head.capture_id, texts.before),
        textUri(item, after.head.capture_id, texts.after),
        `${item}: ${shortId(before)} ↔ ${shortId(after)}`,
      );
    },
    async provideTextDocumentContent({ query }) {
      const [id = '', digest = NONE] = query.split('&');
      return digest === NONE ? '' : ((await read(id))?.capture.texts[digest] ?? '');
    },
  };
}

/** The path keeps the item's name, so that the editor colours it by its language. */
function textUri(item: string, captureId: string, digest: string | null): Uri {
  return Uri.from({ scheme: CAPTURED, path: `/${item}`, query: `${captureId}&${digest ?? NONE}` });
}

const shortId = ({ head }: StoredCapture) => head.harness_id.slice(0, 9);
