/** The digest of one tool's contract: what pins, surfaces and changes are told by. */
import { createHash } from 'node:crypto';
import type { ListedTool } from './model/listedTool.ts';

export function toolDigest({ canonical }: Pick<ListedTool, 'canonical'>): string {
  return `sha256:${createHash('sha256').update(canonical).digest('hex')}`;
}
