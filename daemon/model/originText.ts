/** Why a capture was taken, in a few words, the same in the command line and on the page. */
import type { CaptureHead } from '../protocol/captures.ts';

export const ORIGINS: Readonly<Record<CaptureHead['origin'], string>> = {
  session: 'at the start',
  event: 'files changed',
  command: 'by a command',
  fresh: 'fresh checkout',
};
