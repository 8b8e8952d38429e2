/** Where the page stands: in a browser tab beside a daemon, in an editor's webview, or alone in a file as a report. */
import { REPORT_START_ID } from '../daemon/protocol/report.ts';

/** A report shows and changes nothing: there is no daemon behind it. */
export function isReport(): boolean {
  return typeof document !== 'undefined' && document.getElementById(REPORT_START_ID) !== null;
}
