/** The native tree of sessions: this workspace's first, the others folded below. Draws what the watch holds. */
import {
  EventEmitter,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  workspace,
} from 'vscode';
import { DisposableStore } from '../daemon/base/lifecycle.ts';
import { sessionFace, visibleSessions } from '../daemon/model/sessionFace.ts';
import type { SessionHead } from '../daemon/protocol/feed.ts';
import { counted, figuresText, isHere, shortTitle, stateFace } from './sessionFigures.ts';
import type { SessionsWatch } from './sessionsWatch.ts';

/** `elsewhere` is the folded group of what ran in other workspaces. */
export type SessionNode = { readonly kind: 'session'; readonly id: string } | { readonly kind: 'elsewhere' };

export class SessionTree extends DisposableStore implements TreeDataProvider<SessionNode> {
  private readonly watch: SessionsWatch;
  private readonly changed = this.add(new EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changed.event;

  constructor(watch: SessionsWatch) {
    super();
    this.watch = watch;
    this.add(watch.onChange(() => this.changed.fire(undefined)));
    this.add(workspace.onDidChangeWorkspaceFolders(() => this.changed.fire(undefined)));
  }

  getChildren(node?: SessionNode): SessionNode[] {
    const { here, elsewhere } = this.split();
    if (node?.kind === 'elsewhere') return elsewhere.map(nodeOf);
    if (node) return [];
    if (here.length === 0 && elsewhere.length === 0) return [];
    return elsewhere.length === 0 ? here.map(nodeOf) : [...here.map(nodeOf), { kind: 'elsewhere' }];
  }

  getTreeItem(node: SessionNode): TreeItem {
    if (node.kind === 'session') return sessionItem(node.id, this.watch.heads.get(node.id));
    const { here, elsewhere } = this.split();
    const state = here.length === 0 ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.Collapsed;
    const item = new TreeItem('Other workspaces', state);
    // A folded group keeps its state by id: it opens by itself only where there is nothing else.
    item.id = `elsewhere-${here.length === 0}`;
    item.description = counted(elsewhere.length, 'session');
    item.contextValue = 'elsewhere';
    return item;
  }

  /** How many sessions have a call under way: the number on the view's icon. */
  get running(): number {
    let count = 0;
    for (const head of this.watch.heads.values()) if (head.running_calls > 0) count++;
    return count;
  }

  private split(): { here: SessionHead[]; elsewhere: SessionHead[] } {
    const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const here: SessionHead[] = [];
    const elsewhere: SessionHead[] = [];
    for (const head of visibleSessions(this.watch.heads.values(), ''))
      (folders.length === 0 || isHere(head, folders) ? here : elsewhere).push(head);
    return { here, elsewhere };
  }
}

function nodeOf({ session }: SessionHead): SessionNode {
  return { kind: 'session', id: session.session_id };
}

/** @param head gone where the session was pruned between two drawings */
function sessionItem(id: string, head: SessionHead | undefined): TreeItem {
  if (!head) return new TreeItem('…');
  const face = sessionFace(head);
  const { icon, color, word } = stateFace(head);
  const item = new TreeItem(shortTitle(face.title, head.session.workspace));
  item.id = id;
  item.description = figuresText(head);
  item.iconPath = new ThemeIcon(icon, color === null ? undefined : new ThemeColor(color));
  item.contextValue = head.session.pinned ? 'session.pinned' : 'session';
  item.tooltip = [
    face.title,
    face.place,
    `State: ${word}`,
    face.hint,
    head.workbench === null ? '' : `Since last time: ${head.workbench}`,
    `Started ${new Date(head.session.started_at).toLocaleString()}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
  item.accessibilityInformation = { label: `${face.title}, ${word}, ${figuresText(head)}` };
  item.command = { command: 'callgrove.openSession', title: 'Open Session', arguments: [node(id)] };
  return item;
}

function node(id: string): SessionNode {
  return { kind: 'session', id };
}
