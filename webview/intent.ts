/** What the user (or the page's own observers) want of the page. Nothing but the language. */
import type { ExportWish, Shown } from './bridge.ts';
import type { Wish } from './documents.ts';
import type { PolicyAsk } from './policyAsk.ts';
import type { AxisScale, Layout, RunsTab, Screen, Tab } from './state.ts';
import type { Pair, View } from './view.ts';

export type Intent =
  | { readonly type: 'session.chosen'; readonly session_id: string }
  | { readonly type: 'sessions.filtered'; readonly text: string }
  | { readonly type: 'address.changed'; readonly shown: Shown }
  | { readonly type: 'view.chosen'; readonly view: View }
  /** From another view to a call; null where only its session is meant. */
  | { readonly type: 'call.shown'; readonly session_id: string; readonly call_id: string | null }
  | { readonly type: 'read.again'; readonly wish: Wish }
  | { readonly type: 'compare.kind'; readonly of: Pair['of'] }
  /** A key among the lines of two runs; what it means depends on where the cursor stands by then. */
  | { readonly type: 'compared.key'; readonly key: string; readonly shift: boolean; readonly pageRows: number }
  /** The cursor among the lines of two runs; the list comes to the front. */
  | { readonly type: 'compared.moved'; readonly index: number }
  /** A stretch of equal calls, by its line's `key`; the cursor goes to it. */
  | { readonly type: 'compared.folded'; readonly key: string; readonly open: boolean }
  | { readonly type: 'compared.seen'; readonly first: number; readonly last: number }
  /** A key among the denials; what it means depends on where the cursor stands by then. */
  | { readonly type: 'denials.key'; readonly key: string; readonly pageRows: number }
  /** Asks before a change of policy; null: not any more. */
  | { readonly type: 'policy.asked'; readonly ask: PolicyAsk | null }
  | { readonly type: 'policy.reason'; readonly text: string }
  | { readonly type: 'more.shown'; readonly key: string; readonly count: number }
  | { readonly type: 'runsTab.chosen'; readonly tab: RunsTab }
  | { readonly type: 'rows.seen'; readonly first: number; readonly last: number }
  /** A click or Enter: the row gets the cursor and its details open. */
  | { readonly type: 'row.opened'; readonly index: number }
  /** A key in the tree; what it means depends on where the cursor stands by then. */
  | { readonly type: 'tree.key'; readonly key: string; readonly pageRows: number }
  | { readonly type: 'cursor.moved'; readonly index: number }
  | { readonly type: 'row.folded'; readonly key: string; readonly folded: boolean }
  | { readonly type: 'filter.typed'; readonly text: string; readonly error: string | null }
  | { readonly type: 'filter.applied' }
  | { readonly type: 'errors.toggled'; readonly on: boolean }
  | { readonly type: 'everything.toggled'; readonly on: boolean }
  | { readonly type: 'follow.set'; readonly follow: boolean }
  | { readonly type: 'scale.chosen'; readonly scale: AxisScale }
  | { readonly type: 'tab.chosen'; readonly tab: Tab }
  | { readonly type: 'frame.opened'; readonly key: string; readonly raw: boolean }
  | { readonly type: 'frame.closed'; readonly key: string }
  | { readonly type: 'raw.asked'; readonly key: string | null }
  | { readonly type: 'detail.closed' }
  | { readonly type: 'detail.retried' }
  /** Opens the question what is to be in a bundle, or closes it. */
  | { readonly type: 'export.asked'; readonly session_id: string | null }
  | { readonly type: 'export.wished'; readonly wish: ExportWish }
  | { readonly type: 'export.saving' }
  | { readonly type: 'label.edited'; readonly text: string | null }
  | { readonly type: 'help.toggled'; readonly open: boolean }
  | { readonly type: 'screen.chosen'; readonly screen: Screen }
  | { readonly type: 'layout.changed'; readonly layout: Layout }
  | { readonly type: 'pane.resized'; readonly pane: 'sessions' | 'detailWidth' | 'detailHeight'; readonly px: number }
  | { readonly type: 'announced'; readonly text: string }
  | { readonly type: 'notice.closed' };
