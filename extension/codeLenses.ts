/** "Trace this server" and "Stop tracing" above each server in the agents' config files. Finds nothing itself. */
import { CodeLens, type CodeLensProvider, EventEmitter, Range, type TextDocument, workspace } from 'vscode';
import { DisposableStore } from '../daemon/base/lifecycle.ts';
import { parseJsonc } from '../daemon/model/parseJsonc.ts';
import { parseToml } from '../daemon/model/parseToml.ts';
import { type TraceMark, traceMarks } from './traceMarks.ts';

/** Where agents keep their servers, in projects and in the home folder. What such a file holds is told by content. */
export const CONFIG_FILES = [
  '**/.mcp.json',
  '**/mcp.json',
  '**/mcp_config.json',
  '**/mcp-config.json',
  '**/mcp_settings.json',
  '**/.claude.json',
  '**/.gemini/settings.json',
  '**/.zed/settings.json',
  '**/zed/settings.json',
  '**/opencode.json',
  '**/opencode.jsonc',
  '**/.codex/config.toml',
].map((pattern) => ({ scheme: 'file', pattern }));

/** Agents' own files grow: above this nobody reads lenses. */
const TEXT_CHARS = 4 * 1024 * 1024;

export class TraceLenses extends DisposableStore implements CodeLensProvider {
  private readonly changed = this.add(new EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;

  refresh(): void {
    this.changed.fire();
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    if (!workspace.getConfiguration('callgrove').get<boolean>('codeLens', true)) return [];
    const text = document.getText();
    if (text.length > TEXT_CHARS) return [];
    const config = document.fileName.endsWith('.toml') ? parseToml(text) : parseJsonc(text);
    return traceMarks(config).flatMap((mark) => {
      const position = document.positionAt(mark.at);
      return lensesOf(new Range(position, position), document.uri.fsPath, mark);
    });
  }
}

function lensesOf(range: Range, file: string, { server, state, reason }: TraceMark): CodeLens[] {
  if (state === 'unknown')
    return [new CodeLens(range, { title: `Callgrove cannot trace this: ${reason}`, command: '' })];
  const lens = (title: string, tooltip: string, command: string) =>
    new CodeLens(range, { title, tooltip, command, arguments: [file, server] });
  if (state === 'plain') {
    const tooltip = 'Records what passes between agent and server. The change is shown first.';
    return [lens('$(record) Trace this server', tooltip, 'callgrove.traceServer')];
  }
  return [
    lens('$(pulse) Show calls', 'Opens Callgrove’s page.', 'callgrove.openPage'),
    lens(
      'Stop tracing',
      'Puts the server’s own command back, as it was. The change is shown first.',
      'callgrove.stopTracingServer',
    ),
  ];
}
