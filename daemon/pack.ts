/**
 * The packing thread: makes the one bundle that it is asked for, off the way of everything else, and ends. Its memory has a bound of its own,
 * which is how that of whoever asks for a bundle stays flat.
 */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { ExportError, exportSession } from './exportSession.ts';
import { openExportSource, RulesError } from './exportSource.ts';
import type { FromPack, PackRequest } from './workerMessages.ts';

const tell = (message: FromPack) => parentPort?.postMessage(message);

async function pack(request: PackRequest): Promise<void> {
  const { home, session_id, options, file, temporary, force, keep, quiet } = request;
  if (quiet && process.platform === 'linux') {
    try {
      setPriority(10);
    } catch {
      // A container may forbid even that.
    }
  }
  try {
    const source = { ...openExportSource(home, session_id), temporary };
    try {
      const exported = await exportSession(source, {
        session_id,
        options,
        at: new Date(),
        file,
        force,
        onProgress: (progress) => tell({ type: 'progress', progress }),
      });
      if (keep) exported.keep();
      else exported.dispose();
      tell({ type: 'packed', manifest: exported.manifest, bytes: exported.bytes });
    } finally {
      source.dispose();
    }
  } catch (error) {
    const code = error instanceof ExportError ? error.code : 'failed';
    const message = error instanceof Error ? error.message : String(error);
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    tell({ type: 'failed', code: error instanceof RulesError ? 'rules' : isTaken ? 'taken' : code, message });
  }
}

parentPort?.once('message', (request: PackRequest) => void pack(request));
