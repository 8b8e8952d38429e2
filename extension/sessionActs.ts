/**
 * What can be done to one session: label it, pin it, copy its id. Asks which one where the command came from the
 * palette; the daemon does it, and the feed shows that it was done.
 */
import { env, window, workspace } from 'vscode';
import { agentName, sessionFace, visibleSessions } from '../daemon/model/sessionFace.ts';
import type { Action } from '../daemon/protocol/api.ts';
import type { SessionHead } from '../daemon/protocol/feed.ts';
import { askDaemon } from './askDaemon.ts';
import { readEndpoint } from './endpoint.ts';
import { figuresText, isHere } from './sessionFigures.ts';
import type { SessionsWatch } from './sessionsWatch.ts';

export interface SessionActs {
  /** @param node of the tree, or nothing */
  label(node: unknown): Promise<void>;
  pin(node: unknown, pinned: boolean): Promise<void>;
  copyId(node: unknown): Promise<void>;
  /** Null where none was chosen. */
  pick(question: string): Promise<string | null>;
}

/** Characters; the daemon takes no more. */
const LABEL_CHARS = 200;

export function sessionActs(watch: SessionsWatch, daemonFile: string): SessionActs {
  const chosen = async (node: unknown, question: string, fits: (head: SessionHead) => boolean = () => true) => {
    const id = sessionIdOf(node);
    if (id !== null) return watch.heads.get(id) ?? null;
    return pick(question, [...watch.heads.values()].filter(fits));
  };
  const act = async (action: Action): Promise<void> => {
    const answer = await askDaemon(await readEndpoint(daemonFile), { ask: 'act', action });
    if (answer.type === 'failed') void window.showErrorMessage(answer.message);
  };

  return {
    async label(node) {
      const head = await chosen(node, 'Label which session?');
      if (!head) return;
      const label = await window.showInputBox({
        title: `Label ${sessionFace(head).title}`,
        prompt: 'A name of your own. Empty takes it away.',
        value: head.session.label ?? '',
        validateInput: (text) =>
          text.trim().length > LABEL_CHARS ? `At most ${LABEL_CHARS} characters are kept.` : undefined,
      });
      if (label === undefined) return;
      await act({ act: 'label', session_id: head.session.session_id, label: label.trim() || null });
    },
    async pin(node, pinned) {
      const question = pinned ? 'Pin which session?' : 'Unpin which session?';
      const head = await chosen(node, question, ({ session }) => session.pinned !== pinned);
      if (head) await act({ act: 'pin', session_id: head.session.session_id, pinned });
    },
    async pick(question) {
      return (await pick(question, [...watch.heads.values()]))?.session.session_id ?? null;
    },
    async copyId(node) {
      const head = await chosen(node, 'Copy the id of which session?');
      if (head) await env.clipboard.writeText(head.session.session_id);
    },
  };
}

/** This window's first, then the others, each in the order of the tree. */
async function pick(question: string, heads: readonly SessionHead[]): Promise<SessionHead | null> {
  if (heads.length === 0) {
    void window.showInformationMessage('There is no such session.');
    return null;
  }
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const sorted = visibleSessions(heads, '');
  const here = sorted.filter((head) => isHere(head, folders));
  const items = [...here, ...sorted.filter((head) => !here.includes(head))].map((head) => ({
    label: sessionFace(head).title,
    description: figuresText(head),
    detail: [agentName(head), head.session.workspace].filter(Boolean).join(' · '),
    head,
  }));
  const answer = await window.showQuickPick(items, { placeHolder: question, matchOnDetail: true });
  return answer?.head ?? null;
}

/** Of a line of the tree, of the status bar, or of nothing at all. */
export function sessionIdOf(node: unknown): string | null {
  return typeof node === 'object' && node !== null && 'id' in node && typeof node.id === 'string' ? node.id : null;
}
