/**
 * Joins the extension's parts by hand: the watch on the daemon, tree, status bar, pages, tracing. Reading it is reading
 * what depends on what; each part decides its own business.
 */
import {
  commands,
  type ExtensionContext,
  languages,
  Uri,
  type WebviewPanel,
  type WebviewView,
  window,
  workspace,
} from 'vscode';
import { type Disposable, DisposableStore } from '../daemon/base/lifecycle.ts';
import { VERSION } from '../daemon/base/version.ts';
import { type BundleCommands, bundleCommands } from './bundleCommands.ts';
import { showBundle } from './bundleEditor.ts';
import { CAPTURED, captureTexts } from './captureTexts.ts';
import { CONFIG_FILES, TraceLenses } from './codeLenses.ts';
import { type DaemonKeeper, daemonKeeper } from './daemonKeeper.ts';
import { type DenialNews, denialNotice } from './denialNotice.ts';
import { watchFreezes } from './freezesWatch.ts';
import { type HarnessCommands, harnessCommands } from './harnessCommands.ts';
import { type Housekeeping, housekeeping } from './housekeeping.ts';
import { type Log, openLog } from './log.ts';
import { milestones } from './milestones.ts';
import { openCaptured } from './openCaptured.ts';
import { hostPage, type PageSetup } from './pageHost.ts';
import { type PagePanels, pagePanels } from './pagePanels.ts';
import { ownFiles, userPlaces } from './places.ts';
import { type PolicyCommands, policyCommands } from './policyCommands.ts';
import { PREVIEW, previews } from './previews.ts';
import { nextStep } from './serverList.ts';
import { ServerTree } from './serverTree.ts';
import { type SessionActs, sessionActs, sessionIdOf } from './sessionActs.ts';
import { counted, isHere, runningSession } from './sessionFigures.ts';
import { watchSessions } from './sessionsWatch.ts';
import { SessionTree } from './sessionTree.ts';
import { statusBar } from './statusBar.ts';
import { type Tracing, tracing } from './tracing.ts';

export interface Live extends Disposable {
  readonly acts: SessionActs;
  readonly bundles: BundleCommands;
  readonly keeper: DaemonKeeper;
  readonly harness: HarnessCommands;
  readonly house: Housekeeping;
  readonly policy: PolicyCommands;
  readonly log: Log;
  readonly panels: PagePanels;
  readonly servers: ServerTree;
  readonly tracing: Tracing;
  /** @param node of the tree or the status bar; without one the running session, else the page as it was */
  openSession(node: unknown): void;
  /** Likewise, with what the session woke up on. */
  openHarness(node: unknown): void;
  resolveView(view: WebviewView): void;
  showBundle(file: Uri, panel: WebviewPanel): Promise<void>;
}

export function startLive(context: ExtensionContext): Live {
  const store = new DisposableStore();
  const log = store.add(openLog());
  const { cli, page: pageFolder } = ownFiles(context.extensionPath);
  const { daemonFile } = userPlaces();

  // The daemon: watched always, started when somebody looks.
  const keeper = daemonKeeper(cli, log, () => watch.knock());
  const seen = new Set<{ visible: boolean }>();
  const wakeDaemon = (asked: boolean) => void keeper.start(asked);
  const someoneLooks = () => [...seen].some(({ visible }) => visible);
  const watch = store.add(
    watchSessions({
      daemonFile,
      onGone(ending) {
        if (ending === 'asked') keeper.ended();
        else if (someoneLooks()) wakeDaemon(false);
      },
      onOtherVersion(theirs) {
        log.info(`the daemon is callgrove ${theirs}, this extension ${VERSION}`);
        wakeDaemon(false);
      },
    }),
  );

  // What is drawn from it.
  const tree = store.add(new SessionTree(watch));
  const sessions = store.add(window.createTreeView('callgrove.sessions', { treeDataProvider: tree }));
  const looked = (view: { visible: boolean }) => {
    seen.add(view);
    if (view.visible && watch.state === 'absent') wakeDaemon(false);
  };
  looked(sessions);
  store.add(sessions.onDidChangeVisibility(() => looked(sessions)));
  const reached = store.add(milestones(context.globalState));
  const drawBadge = () => {
    const { running } = tree;
    sessions.badge =
      running === 0 ? undefined : { value: running, tooltip: `${counted(running, 'session')} with a running call` };
    sessions.description = watch.state === 'other' ? 'the daemon is of another version' : '';
    void commands.executeCommand('setContext', 'callgrove.daemon', watch.state);
    reached.sawSessions(watch.heads.values());
  };
  store.add(watch.onChange(drawBadge));
  const frozen = store.add(watchFreezes(daemonFile, watch));
  store.add(statusBar(watch, frozen));

  // Tracing: what the agents' files say, and changing it.
  const servers = store.add(
    new ServerTree({
      cli,
      watch,
      log,
      memory: context.workspaceState,
      onLines(lines) {
        reached.sawServers(lines);
        serversView.message = reached.firstCall ? '' : (nextStep(lines) ?? '');
      },
    }),
  );
  const serversView = store.add(window.createTreeView('callgrove.servers', { treeDataProvider: servers }));
  store.add(serversView.onDidChangeVisibility(() => serversView.visible && servers.refresh()));
  // On the way to the first call the steps tick themselves off, whether or not somebody looks at the list.
  if (!reached.firstCall) servers.refresh();
  const shownFiles = previews();
  store.add(workspace.registerTextDocumentContentProvider(PREVIEW, shownFiles));
  const lenses = store.add(new TraceLenses());
  store.add(languages.registerCodeLensProvider([...CONFIG_FILES], lenses));
  const trace = tracing({
    cli,
    log,
    previews: shownFiles,
    onDone({ entries }) {
      servers.noteChange(entries);
      lenses.refresh();
    },
  });

  // The page, as a tab and as a view.
  const texts = captureTexts(daemonFile);
  store.add(workspace.registerTextDocumentContentProvider(CAPTURED, texts));
  const setup: PageSetup = {
    ...{ pageFolder, daemonFile, wakeDaemon },
    open(wish) {
      if (wish.type === 'export_session')
        void commands.executeCommand('callgrove.exportSession', { id: wish.session_id });
      else if (wish.type === 'open_diff') void texts.openDiff(wish);
      else void openCaptured(wish.root, wish.place, wish.path);
    },
  };
  const mark = (theme: string) => Uri.joinPath(context.extensionUri, 'media', `mark-${theme}.svg`);
  const panels = store.add(
    pagePanels(
      setup,
      { light: mark('light'), dark: mark('dark') },
      {
        read: () => context.workspaceState.get('callgrove.shown'),
        write: (shown) => void context.workspaceState.update('callgrove.shown', shown),
      },
    ),
  );

  const sessionOf = (node: unknown): string | null => {
    const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    return sessionIdOf(node) ?? runningSession(watch.heads.values(), folders)?.session.session_id ?? null;
  };
  const runOnPage = (node: unknown) => {
    const id = sessionOf(node);
    panels.open(id === null ? null : { session: id, call: null });
  };
  const openHarness = (node: unknown) =>
    panels.open({ session: sessionOf(node), call: null, view: { view: 'harness', capture: null } });

  const policy = policyCommands({
    daemonFile,
    panels,
    sessionOf,
    heads: () => watch.heads.values(),
    onActed: () => frozen.knock(),
  });
  const notice = denialNotice();
  store.add(
    watch.onChange(() => {
      if (watch.state !== 'open') return;
      const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
      const here = [...watch.heads.values()].filter((head) => isHere(head, folders));
      const news = notice.look(here, performance.now());
      if (news) void tellDenial(news, policy);
    }),
  );

  const acts = sessionActs(watch, daemonFile);
  return {
    acts,
    bundles: bundleCommands({
      ...{ cli, log },
      folder: Uri.joinPath(context.globalStorageUri, 'reports').fsPath,
      pickSession: (question) => acts.pick(question),
      shown: () => context.workspaceState.get('callgrove.shown'),
    }),
    showBundle: (file, panel) => showBundle(cli, file, panel),
    house: housekeeping(cli, log, shownFiles),
    keeper,
    policy,
    log,
    panels,
    servers,
    tracing: trace,
    harness: harnessCommands({ cli, daemonFile, log, panels, watch }),
    openSession: runOnPage,
    openHarness,
    resolveView(view) {
      const page = hostPage(view.webview, setup, 'view', null, () => {});
      seen.add(view);
      view.onDidChangeVisibility(() => view.visible || page.rest());
      view.onDidDispose(() => {
        seen.delete(view);
        page.dispose();
      });
    },
    dispose: () => store.dispose(),
  };
}

async function tellDenial({ session_id, fresh, sessions }: DenialNews, policy: PolicyCommands): Promise<void> {
  const show = 'Show the Denials';
  const said = await window.showWarningMessage(
    `Callgrove refused ${counted(fresh, 'call')} ${sessions === 1 ? 'of an agent' : `in ${sessions} sessions`}.`,
    show,
  );
  if (said === show) policy.openDenials({ id: session_id });
}
