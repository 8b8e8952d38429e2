/** Opens a file that a capture names in the editor, where it still is. Where it may stand is decided in capturedPath.ts. */
import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { Uri, window } from 'vscode';
import type { Place } from '../daemon/protocol/harness.ts';
import { candidates } from './capturedPath.ts';

export async function openCaptured(root: string, place: Place, path: string): Promise<void> {
  for (const file of candidates(root, place, path, homedir())) {
    const seen = await stat(file).catch(() => null);
    if (seen?.isFile()) {
      await window.showTextDocument(Uri.file(file), { preview: true });
      return;
    }
  }
  void window.showInformationMessage(`${path} is not there any more.`);
}
