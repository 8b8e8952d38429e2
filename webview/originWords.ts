/** Why a capture was taken, in a few words. */
import type { CaptureHead } from '../daemon/protocol/captures.ts';

export const ORIGINS: Readonly<Record<CaptureHead['origin'], string>> = {
  session: 'at the start',
  event: 'files changed',
  command: 'by a command',
  fresh: 'fresh checkout',
};
