/** Saves a bundle that the daemon makes, as a download of the browser's own. */
import * as z from 'zod';
import { BUNDLE_SUFFIX } from '../daemon/protocol/bundle.ts';
import { bundlePath, type ExportWish } from './bridge.ts';

const Refused = z.object({ message: z.string() });

/** @returns why it could not be saved; null where it was handed to the browser */
export async function saveExport(token: string | null, sessionId: string, wish: ExportWish): Promise<string | null> {
  try {
    const response = await fetch(bundlePath(sessionId, wish), { headers: { authorization: `Bearer ${token ?? ''}` } });
    if (!response.ok) {
      const refused = Refused.safeParse(await response.json());
      return refused.success ? refused.data.message : `The daemon answered ${response.status}.`;
    }
    const url = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = url;
    link.download = `callgrove-${sessionId.replace(/[^\w-]/g, '')}${BUNDLE_SUFFIX}`;
    link.click();
    // The browser takes it over within moments; it is large.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    return null;
  } catch {
    return 'The daemon could not be reached.';
  }
}
