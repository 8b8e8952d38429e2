/** The one item in the status bar. What it says is decided in statusText.ts. */
import { StatusBarAlignment, ThemeColor, window, workspace } from 'vscode';
import { type Disposable, DisposableStore } from '../daemon/base/lifecycle.ts';
import type { FreezesWatch } from './freezesWatch.ts';
import { runningSession } from './sessionFigures.ts';
import type { SessionsWatch } from './sessionsWatch.ts';
import { statusText } from './statusText.ts';

export function statusBar(watch: SessionsWatch, frozen: FreezesWatch): Disposable {
  const store = new DisposableStore();
  const item = store.add(window.createStatusBarItem('callgrove.status', StatusBarAlignment.Left, 20));
  item.name = 'Callgrove';
  const draw = () => {
    const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const head = runningSession(watch.heads.values(), folders);
    const { text, tooltip, spoken, alarming } = statusText(watch.state, head, frozen.freezes);
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: spoken };
    item.backgroundColor = alarming ? new ThemeColor('statusBarItem.warningBackground') : undefined;
    item.command = {
      command: 'callgrove.openSession',
      title: 'Open',
      arguments: head === null ? [] : [{ kind: 'session', id: head.session.session_id }],
    };
    if (workspace.getConfiguration('callgrove').get<boolean>('statusBar', true)) item.show();
    else item.hide();
  };
  store.add(watch.onChange(draw));
  store.add(frozen.onChange(draw));
  store.add(workspace.onDidChangeWorkspaceFolders(draw));
  store.add(workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('callgrove') && draw()));
  draw();
  return store;
}
