/**
 * The extension's entry. Activation registers names and nothing more; what costs time (the feed, its schemas, the
 * views) is loaded right after it, or when it is first needed.
 */
import { commands, type ExtensionContext, window } from 'vscode';
import type { Live } from './live.ts';

const WALKTHROUGH = 'callgrove.callgrove#first';

export function activate(context: ExtensionContext): void {
  const startedMs = performance.now();
  let live: ReturnType<typeof loadLive> | null = null;
  const get = () => {
    live ??= loadLive(context);
    return live;
  };
  const command = (name: string, run: (parts: Live, ...given: unknown[]) => unknown) =>
    context.subscriptions.push(
      commands.registerCommand(`callgrove.${name}`, async (...given: unknown[]) => run(await get(), ...given)),
    );

  command('openPage', ({ panels }) => panels.open(null));
  command('openSession', (parts, node) => parts.openSession(node));
  command('openHarness', (parts, node) => parts.openHarness(node));
  command('captureHarness', ({ harness }) => harness.capture());
  command('compareSessions', ({ harness }) => harness.compareSessions());
  command('compareFresh', ({ harness }) => harness.compareFresh());
  command('openDenials', ({ policy }, node) => policy.openDenials(node));
  command('freezeSession', ({ policy }, node) => policy.freezeSession(node));
  command('freezeServer', ({ policy }) => policy.freezeServer());
  command('freezeLane', ({ policy }, node) => policy.freezeLane(node));
  command('thaw', ({ policy }) => policy.thaw());
  command('allowOnce', ({ policy }) => policy.allowOnce());
  command('allowCall', ({ policy }) => policy.allowCall());
  command('setPolicyMode', ({ policy }) => policy.setMode());
  command('traceWorkspace', ({ tracing }) => tracing.run('wrap', null));
  command('traceServer', ({ tracing }, file, server) => tracing.runOne('wrap', file, server));
  command('stopTracing', ({ tracing }) => tracing.run('unwrap', null));
  command('stopTracingServer', ({ tracing }, file, server) => tracing.runOne('unwrap', file, server));
  command('startDaemon', ({ keeper }) => keeper.start(true));
  command('stopDaemon', ({ keeper }) => keeper.stop());
  command('doctor', ({ house }) => house.doctor());
  command('prune', ({ house }) => house.prune());
  command('labelSession', ({ acts }, node) => acts.label(node));
  command('pinSession', ({ acts }, node) => acts.pin(node, true));
  command('unpinSession', ({ acts }, node) => acts.pin(node, false));
  command('copySessionId', ({ acts }, node) => acts.copyId(node));
  command('exportSession', ({ bundles }, node) => bundles.exportSession(node));
  command('reportBug', ({ bundles }, node) => bundles.reportBug(node));
  command('getStarted', () => commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH));
  command('showLog', ({ log }) => log.show());
  command('refreshServers', ({ servers }) => servers.refresh());

  context.subscriptions.push(
    window.registerWebviewViewProvider('callgrove.calls', {
      resolveWebviewView: async (view) => (await get()).resolveView(view),
    }),
    window.registerCustomEditorProvider('callgrove.bundle', {
      openCustomDocument: (uri) => ({ uri, dispose() {} }),
      resolveCustomEditor: async (document, panel) => (await get()).showBundle(document.uri, panel),
    }),
    window.registerWebviewPanelSerializer('callgrove.page', {
      deserializeWebviewPanel: async (panel, state: unknown) => (await get()).panels.restore(panel, state),
    }),
    { dispose: () => void live?.then((parts) => parts.dispose()) },
  );
  const tookMs = performance.now() - startedMs;
  setTimeout(() => void get().then(({ log, loadedMs }) => log.info(toldTimes(tookMs, loadedMs))));
}

async function loadLive(context: ExtensionContext): Promise<Live & { readonly loadedMs: number }> {
  const startedMs = performance.now();
  const { startLive } = await import('./live.ts');
  return { ...startLive(context), loadedMs: performance.now() - startedMs };
}

/** What this extension took of the time that it shares with all others. */
function toldTimes(activatedMs: number, loadedMs: number): string {
  return `activated in ${activatedMs.toFixed(1)} ms; the rest was loaded after that in ${loadedMs.toFixed(1)} ms`;
}
