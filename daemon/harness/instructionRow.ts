/** The form of a row that says where one agent looks for its instructions. The rows are in `instructionTable.ts`. */
import type { InstructionFile } from '../protocol/harness.ts';

/**
 * Where a step looks, outermost folder first: the system's folder of the agent; the home folder; `above` the root; `path`
 * from the root down to the working directory; `up` the same from the nearest folder to the outermost, beyond the root
 * where that is no checkout; `ancestors` both `above` and `path`; the `root` alone; the working directory alone
 * (`start`) or the folders `over` it up to the root; everywhere `below` the working directory, which counts when a file
 * there is touched; the same `anywhere` below the root.
 */
export type Look =
  | 'managed'
  | 'home'
  | 'above'
  | 'ancestors'
  | 'path'
  | 'up'
  | 'root'
  | 'start'
  | 'over'
  | 'below'
  | 'anywhere';

/** How the head of a file says when it counts. */
export type ScopeForm = 'paths' | 'applyTo' | 'cursor' | 'trigger';

export interface FileRow {
  /**
   * Relative to the folder looked in: `*` in one folder, `**` over folders. `{names}` stands for the names that the
   * agent's settings give, else for those after the colon. At home and managed it begins as paths of `homePath.ts` do.
   */
  readonly path: string;
  readonly kind?: InstructionFile['kind'];
  readonly counts?: InstructionFile['counts'];
  readonly scope?: ScopeForm;
  /** The agent's rule, one sentence. */
  readonly why: string;
  /** A setting of the agent that switches this off or on; `otherwise` is what counts where it is not set. */
  readonly setting?: { readonly key: string; readonly otherwise: boolean };
}

export interface Step {
  readonly look: Look;
  /**
   * `first`: of one folder, the first file that is not empty; `first_there`: the first, whatever it holds; `first_row`:
   * all that the first row with a file that is not empty finds in any folder; `first_row_there`: whatever they hold.
   */
  readonly pick: 'all' | 'first' | 'first_there' | 'first_row' | 'first_row_there';
  readonly files: readonly FileRow[];
}

export interface InstructionRow {
  /** As in `model/knownAgents.ts`. */
  readonly agent: string;
  readonly name: string;
  /** Where the rules are written down. */
  readonly source: string;
  /** Whether `@path` imports are followed; `inside`: never out of the root. */
  readonly imports: 'approved' | 'inside' | null;
  readonly steps: readonly Step[];
  /** What it reads and nobody can see from files, one sentence. */
  readonly unseen?: string;
}
