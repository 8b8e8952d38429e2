/**
 * The extension's entry. Activation registers names and nothing more; what costs time (the feed, its schemas, the
 * views) is loaded right after it, or when it is first needed.
 */
import { commands, type ExtensionContext, window } from 'vscode';
import type { Live } from './live.ts';

export function activate(context: ExtensionContext): void {
  const startedMs = performance.now();
  let live: Promise<Live> | null = null;
  const get = () => {
    live ??= import('./live.ts').then(({ startLive }) => startLive(context));
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
  command('thaw', ({ policy }) => policy.thaw());
  command('allowCall', ({ policy }) => policy.allowCall());
  command('setPolicyMode', ({ policy }) => policy.setMode());
  command('traceWorkspace', ({ tracing }) => tracing.run('wrap', null));
  command('traceServer', ({ tracing }, file, server) => tracing.runOne('wrap', file, server));
  command('stopTracing', ({ tracing }) => tracing.run('unwrap', null));
  command('stopTracingServer', ({ tracing }, file, server) => tracing.runOne('unwrap', file, server));
  command('startDaemon', ({ keeper }) => keeper.start(true));
  command('stopDaemon', ({ keeper }) => keeper.stop());
  command('doctor', ({ doctor }) => doctor());
  command('showLog', ({ log }) => log.show());
  command('refreshServers', ({ servers }) => servers.refresh());

  context.subscriptions.push(
    window.registerWebviewViewProvider('callgrove.calls', {
      resolveWebviewView: async (view) => (await get()).resolveView(view),
    }),
    window.registerWebviewPanelSerializer('callgrove.page', {
      deserializeWebviewPanel: async (panel, state: unknown) => (await get()).panels.restore(panel, state),
    }),
    { dispose: () => void live?.then((parts) => parts.dispose()) },
  );
  const tookMs = performance.now() - startedMs;
  setTimeout(() => void get().then(({ log }) => log.info(`activated in ${tookMs.toFixed(1)} ms`)));
}
