/**
 * What a proxy saw of the files that a call names, before the request was forwarded and before its answer was: journal
 * records of kind `filestate`. Facts that cannot be found out later. Proxies use the types only.
 */
import * as z from 'zod';
import { Access } from './policy.ts';

/** One look at a path, links in its last name not followed. */
export const FileLook = z.object({
  /** `link`: it is a symbolic link. `unreadable`: the system let nobody look. */
  kind: z.enum(['absent', 'file', 'folder', 'link', 'other', 'unreadable']),
  /** Of a file, else null. */
  bytes: z.number().nullable(),
  /** Epoch ms; null where there is nothing. The change time is the kernel's own and cannot be set. */
  mtime_ms: z.number().nullable(),
  ctime_ms: z.number().nullable(),
  /** `device:inode`; null where there is nothing. */
  id: z.string().nullable(),
  /** `device:inode` of the folder it stands in; null where that is none, or a link. */
  folder: z.string().nullable(),
  /** Of a file of at most 64 KiB that is going to be written; else null. */
  sha256: z.string().nullable(),
});
export type FileLook = z.infer<typeof FileLook>;

export const FileState = z.object({
  /** Where the call names it: `path`, `files[2].path`. */
  argument: z.string(),
  /** Absolute, links followed as far as there were any when the request was judged. */
  path: z.string(),
  access: Access,
  before: FileLook,
  /** Null in the record of before. */
  after: FileLook.nullable(),
  /** What stood in it before, where it was read; absent in the record of after. */
  content: z
    .object({ encoding: z.enum(['utf8', 'base64']), text: z.string() })
    .nullable()
    .optional(),
});
export type FileState = z.infer<typeof FileState>;

/**
 * Why what is seen here need not be what the server did. `other_mounts`: it, or a process that it started, has other mounts
 * or another root than the proxy. `unknown_process`: which process serves is not known. `late`: the request may have been
 * on its way when the first look was taken. `link_changed`: a link that led to the path leads elsewhere now.
 */
export const LookDoubt = z.enum(['other_mounts', 'unknown_process', 'late', 'link_changed']);
export type LookDoubt = z.infer<typeof LookDoubt>;

/** Of calls that only read there is a record where a file changed all the same, and it is one of `after`. */
export const FileStateRecord = z.object({
  /** Ordinal key of the request's frame (base/ids.ts frameKey), and its id as JSON text. */
  frame: z.string(),
  request_id: z.string(),
  when: z.enum(['before', 'after']),
  /** Ordinal key of the answer's frame; null before there is one. */
  answer: z.string().nullable(),
  doubts: z.array(LookDoubt),
  files: z.array(FileState).max(20),
  /** µs that looking took. */
  took_us: z.number(),
});
export type FileStateRecord = z.infer<typeof FileStateRecord>;
