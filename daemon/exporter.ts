/** The export thread: makes one bundle for the page and ends. What is masked and left out is the same as for the command. */
import { parentPort, workerData } from 'node:worker_threads';
import { ExportError, exportSession } from './exportSession.ts';
import { openExportSource, RulesError } from './exportSource.ts';
import type { ExportJob, FromExporter } from './exports.ts';

/** What an issue tracker takes. */
const MOST_BYTES = 24_000_000;

const job: ExportJob = workerData;
const tell = (message: FromExporter) => parentPort?.postMessage(message);

try {
  const source = openExportSource(job.home, job.session_id);
  try {
    const exported = await exportSession(source, {
      session_id: job.session_id,
      options: { ...job.wish, max_bytes: MOST_BYTES, redact: true, diff: null, around: null },
      at: new Date(),
      file: job.file,
      force: true,
      onProgress: () => {},
    });
    exported.keep();
    tell({ type: 'done', bytes: exported.bytes, manifest: exported.manifest });
  } finally {
    source.dispose();
  }
} catch (error) {
  const code = error instanceof ExportError && error.code === 'not_found' ? 'not_found' : 'failed';
  const isOurs = error instanceof ExportError || error instanceof RulesError;
  tell({ type: 'failed', code, message: isOurs ? error.message : 'It could not be put together.' });
  // The daemon's log says why.
  if (!isOurs) throw error;
}
