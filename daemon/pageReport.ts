/** What makes `report.html`: this version's own page, from where the build puts it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportBuilder } from './bundle/reportHtml.ts';
import type { ReportBuilder } from './protocol/bundle.ts';

/** In the package the page lies beside the bundle; unbuilt, where the build puts it. Null where there is none. */
export function pageReport(): ReportBuilder | null {
  for (const folder of [join(import.meta.dirname, 'page'), join(import.meta.dirname, '..', 'dist', 'page')]) {
    const [script, style] = [join(folder, 'page.js'), join(folder, 'page.css')];
    if (!existsSync(script) || !existsSync(style)) continue;
    return reportBuilder({ script: readFileSync(script, 'utf8'), style: readFileSync(style, 'utf8') });
  }
  return null;
}
