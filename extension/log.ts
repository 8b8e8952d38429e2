/** The extension's output channel, made when the first line is said. */
import { type LogOutputChannel, window } from 'vscode';
import { type Disposable, toDisposable } from '../daemon/base/lifecycle.ts';

export interface Log extends Disposable {
  info(line: string): void;
  error(line: string): void;
  show(): void;
}

export function openLog(): Log {
  let channel: LogOutputChannel | null = null;
  const out = () => {
    channel ??= window.createOutputChannel('Callgrove', { log: true });
    return channel;
  };
  return {
    info: (line) => out().info(line),
    error: (line) => out().error(line),
    show: () => out().show(true),
    ...toDisposable(() => channel?.dispose()),
  };
}
