/** The packing thread: makes one bundle for whoever asked the daemon for it, off the way of everything else, and ends. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { ExportError, exportSession } from './exportSession.ts';
import { openExportSource, RulesError } from './exportSource.ts';
import type { BundleOptions } from './protocol/bundle.ts';
import type { FromPack } from './workerMessages.ts';

const { home, session_id, file }: { home: string; session_id: string; file: string } = workerData;
const options: BundleOptions = workerData.options;
const tell = (message: FromPack) => parentPort?.postMessage(message);

if (process.platform === 'linux') {
  try {
    setPriority(10);
  } catch {
    // A container may forbid even that.
  }
}
try {
  const source = openExportSource(home, session_id);
  try {
    const exported = await exportSession(source, {
      session_id,
      options,
      at: new Date(),
      file,
      force: true,
      onProgress: () => {},
    });
    exported.keep();
    tell({ type: 'packed', manifest: exported.manifest, bytes: exported.bytes });
  } finally {
    source.dispose();
  }
} catch (error) {
  const code = error instanceof ExportError ? error.code : 'failed';
  const message = error instanceof Error ? error.message : String(error);
  tell({ type: 'failed', code: error instanceof RulesError ? 'rules' : code, message });
}
