/** The native list of servers with how far each is on its way to a first traced call. Looks when it is shown. */
import { homedir } from 'node:os';
import { basename } from 'node:path';
import { commands, EventEmitter, ThemeColor, ThemeIcon, type TreeDataProvider, TreeItem, Uri, workspace } from 'vscode';
import { DisposableStore } from '../daemon/base/lifecycle.ts';
import { whatWasSaid } from './daemonKeeper.ts';
import type { Log } from './log.ts';
import { runCli } from './runCli.ts';
import { type Progress, type ServerLine, serverLines } from './serverList.ts';
import { isHere } from './sessionFigures.ts';
import type { SessionsWatch } from './sessionsWatch.ts';
import { readReport, type TraceEntry } from './traceReport.ts';

const FACES: Readonly<Record<Progress, { icon: string; color: string | null; word: string }>> = {
  plain: { icon: 'circle-large-outline', color: null, word: 'not traced' },
  waiting: { icon: 'watch', color: 'charts.yellow', word: 'waiting for a restart' },
  seen: { icon: 'pass', color: 'testing.iconPassed', word: 'seen' },
  left: { icon: 'circle-slash', color: null, word: 'left alone' },
};

export class ServerTree extends DisposableStore implements TreeDataProvider<ServerLine> {
  private readonly cli: string;
  private readonly watch: SessionsWatch;
  private readonly log: Log;
  private readonly changed = this.add(new EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private entries: readonly TraceEntry[] | null = null;
  private looking: Promise<void> | null = null;

  constructor(cli: string, watch: SessionsWatch, log: Log) {
    super();
    this.cli = cli;
    this.watch = watch;
    this.log = log;
    this.add(watch.onChange(() => this.entries && this.changed.fire(undefined)));
    this.add(
      workspace.onDidSaveTextDocument(({ fileName }) => /mcp|claude|codex|opencode/i.test(fileName) && this.refresh()),
    );
    this.add(workspace.onDidGrantWorkspaceTrust(() => this.refresh()));
  }

  /** Asks the command line anew; the list stays as it is until the answer. */
  refresh(): void {
    this.looking ??= this.look().finally(() => {
      this.looking = null;
    });
  }

  async getChildren(line?: ServerLine): Promise<ServerLine[]> {
    if (line || !workspace.isTrusted) return [];
    if (this.entries === null) {
      this.refresh();
      await this.looking;
    }
    const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const lines = serverLines(this.entries ?? [], this.watch.heads.values(), (head) => isHere(head, folders));
    const some = (wanted: (line: ServerLine) => boolean) => lines.some(wanted);
    void commands.executeCommand(
      'setContext',
      'callgrove.traced',
      some(({ entry }) => entry.state === 'wrapped'),
    );
    void commands.executeCommand(
      'setContext',
      'callgrove.seen',
      some(({ progress }) => progress === 'seen'),
    );
    return [...lines];
  }

  getTreeItem({ entry, progress, seenAt }: ServerLine): TreeItem {
    const { icon, color, word } = FACES[progress];
    const item = new TreeItem(entry.server);
    item.id = `${entry.file}\n${entry.server}`;
    item.description = `${word} · ${basename(entry.file)}`;
    item.iconPath = new ThemeIcon(icon, color === null ? undefined : new ThemeColor(color));
    item.contextValue = entry.state === 'wrapped' ? 'traced' : entry.state;
    item.tooltip = [
      `${entry.server} in ${entry.file}`,
      entry.agents.length === 0 ? '' : `Read by ${entry.agents.join(', ')}`,
      `${word}${seenAt === null ? '' : `, last ${new Date(seenAt).toLocaleString()}`}`,
      entry.why ?? '',
    ]
      .filter((text) => text !== '')
      .join('\n');
    item.accessibilityInformation = {
      label: `${entry.server}, ${word}, ${entry.agents.join(', ')}, ${basename(entry.file)}`,
    };
    item.command = { command: 'vscode.open', title: 'Open the File', arguments: [Uri.file(entry.file)] };
    return item;
  }

  private async look(): Promise<void> {
    if (!workspace.isTrusted) return;
    const cwd = workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
    const result = await runCli({ cli: this.cli, args: ['wrap', '--list', '--json'], cwd });
    const report = readReport(result.stdout);
    if (report) this.entries = report.entries;
    else {
      this.entries ??= [];
      this.log.error(`The agents’ files could not be read. ${whatWasSaid({ ...result, stdout: '' })}`);
    }
    this.changed.fire(undefined);
  }
}
