/**
 * The native list of servers with how far each is on its way to a first traced call. Looks when it is shown, when a
 * config file changed, and when somebody asks; what the lines mean is decided in serverList.ts.
 */
import { homedir } from 'node:os';
import { basename } from 'node:path';
import {
  EventEmitter,
  type Memento,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  Uri,
  workspace,
} from 'vscode';
import { DisposableStore } from '../daemon/base/lifecycle.ts';
import type { SessionHead } from '../daemon/protocol/feed.ts';
import { whatWasSaid } from './daemonKeeper.ts';
import type { Log } from './log.ts';
import { runCli } from './runCli.ts';
import { entryKey, noteTraced, type Progress, type ServerLine, serverLines, type TracedSince } from './serverList.ts';
import { isHere } from './sessionFigures.ts';
import type { SessionsWatch } from './sessionsWatch.ts';
import { readReport, type TraceEntry } from './traceReport.ts';

const FACES: Readonly<Record<Progress, { icon: string; color: string | null; word: string }>> = {
  plain: { icon: 'circle-large-outline', color: null, word: 'not traced' },
  wrapped: { icon: 'record', color: null, word: 'traced, no call yet' },
  waiting: { icon: 'debug-restart', color: 'charts.yellow', word: 'waiting for a restart' },
  seen: { icon: 'pass', color: 'testing.iconPassed', word: 'seen' },
  left: { icon: 'circle-slash', color: null, word: 'left alone' },
};

const TRACED_SINCE = 'callgrove.tracedSince';
/** In a workspace's own folders; what is in the home folder changes too often and is looked at when shown. */
const PROJECT_FILES = '**/{.mcp.json,mcp.json,opencode.json,opencode.jsonc,.gemini/settings.json,.codex/config.toml}';
const SETTLE_MS = 300;

export interface ServerTreeParts {
  readonly cli: string;
  readonly watch: SessionsWatch;
  readonly log: Log;
  /** Of the workspace: when each entry became traced. */
  readonly memory: Memento;
  readonly onLines: (lines: readonly ServerLine[]) => void;
}

export class ServerTree extends DisposableStore implements TreeDataProvider<ServerLine> {
  private readonly parts: ServerTreeParts;
  private readonly changed = this.add(new EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changed.event;
  private entries: readonly TraceEntry[] | null = null;
  private looking: Promise<void> | null = null;
  private outdated = false;
  private settling: NodeJS.Timeout | undefined;

  constructor(parts: ServerTreeParts) {
    super();
    this.parts = parts;
    this.add(parts.watch.onChange(() => this.entries && this.tell()));
    this.add(
      workspace.onDidSaveTextDocument(({ fileName }) => /mcp|claude|codex|opencode/i.test(fileName) && this.refresh()),
    );
    this.add(workspace.onDidGrantWorkspaceTrust(() => this.refresh()));
    const files = this.add(workspace.createFileSystemWatcher(PROJECT_FILES));
    const soon = () => {
      clearTimeout(this.settling);
      this.settling = setTimeout(() => this.entries && this.refresh(), SETTLE_MS);
    };
    for (const event of [files.onDidChange, files.onDidCreate, files.onDidDelete]) this.add(event(soon));
    this.add({ dispose: () => clearTimeout(this.settling) });
  }

  /** What a change made of its entries: those it traced wait for a restart from now on. */
  noteChange(entries: readonly TraceEntry[]): void {
    this.note(entries);
    this.refresh();
  }

  /** Asks the command line anew; the list stays as it is until the answer. While it is asked: once more after that. */
  refresh(): void {
    if (this.looking !== null) this.outdated = true;
    this.looking ??= this.look().finally(() => {
      this.looking = null;
      if (!this.outdated || this.isDisposed) return;
      this.outdated = false;
      this.refresh();
    });
  }

  async getChildren(line?: ServerLine): Promise<ServerLine[]> {
    if (line || !workspace.isTrusted) return [];
    if (this.entries === null) {
      this.refresh();
      await this.looking;
    }
    return [...this.lines()];
  }

  getTreeItem({ entry, progress, seenAt }: ServerLine): TreeItem {
    const { icon, color, word } = FACES[progress];
    const item = new TreeItem(entry.server);
    item.id = entryKey(entry);
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
    const result = await runCli({ cli: this.parts.cli, args: ['wrap', '--list', '--json'], cwd });
    const report = readReport(result.stdout);
    if (report) {
      this.entries = report.entries;
      this.note(report.entries);
    } else {
      this.entries ??= [];
      this.parts.log.error(`The agents’ files could not be read. ${whatWasSaid({ ...result, stdout: '' })}`);
    }
    this.tell();
  }

  private lines(): readonly ServerLine[] {
    const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const isLocal = (head: SessionHead) => isHere(head, folders);
    return serverLines(this.entries ?? [], this.parts.watch.heads.values(), isLocal, this.since());
  }

  private since(): TracedSince {
    return this.parts.memory.get<TracedSince>(TRACED_SINCE, {});
  }

  private note(entries: readonly TraceEntry[]): void {
    void this.parts.memory.update(TRACED_SINCE, noteTraced(this.since(), entries, Date.now()));
  }

  private tell(): void {
    this.parts.onLines(this.lines());
    this.changed.fire(undefined);
  }
}
