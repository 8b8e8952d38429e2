/** What the page knows of a bundle that it asks for: what is wished, what came of it. Pure. */
import type { BundlePreview } from '../daemon/protocol/bundle.ts';
import type { ExportWish, ToPage } from './bridge.ts';
import type { Intent } from './intent.ts';
import type { State } from './state.ts';

/** What was prepared stays shown while something else is wished for. */
export interface Exporting {
  readonly session_id: string;
  readonly wish: ExportWish;
  readonly status: 'preparing' | 'ready' | 'saving' | 'failed';
  readonly preview: BundlePreview | null;
  readonly failure: string | null;
}

type ExportIntent = Extract<Intent, { type: `export.${string}` }>;
type ExportNews = Extract<ToPage, { type: 'export' | 'saved' | 'failed' }>;

/** What fits an issue tracker. */
const FIRST_WISH: ExportWish = { bodies: 'head', with_instructions: false };

export function exportIntent(exporting: Exporting | null, intent: ExportIntent): Exporting | null {
  const begun = { status: 'preparing' as const, failure: null };
  switch (intent.type) {
    case 'export.asked': {
      const { session_id } = intent;
      return session_id === null ? null : { ...begun, session_id, wish: FIRST_WISH, preview: null };
    }
    case 'export.wished':
      return exporting && { ...exporting, ...begun, wish: intent.wish };
    case 'export.saving':
      return exporting && { ...exporting, status: 'saving' };
    default:
      return intent satisfies never;
  }
}

/** News of another session or another wish came too late. */
export function withExportNews(state: State, news: ExportNews): State {
  const { exporting } = state;
  if (exporting === null) return state;
  if (news.type === 'saved') {
    if (news.failure !== null)
      return { ...state, exporting: { ...exporting, status: 'failed', failure: news.failure } };
    return { ...state, exporting: null, done: 'The bundle is among your downloads.' };
  }
  const about = news.type === 'export' ? news : news.ask;
  const isOurs =
    'wish' in about &&
    'session_id' in about &&
    about.session_id === exporting.session_id &&
    JSON.stringify(about.wish) === JSON.stringify(exporting.wish);
  if (!isOurs) return state;
  if (news.type === 'failed') return { ...state, exporting: { ...exporting, status: 'failed', failure: news.message } };
  return { ...state, exporting: { ...exporting, status: 'ready', preview: news.preview, failure: null } };
}
