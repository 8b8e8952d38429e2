/** `callgrove ui`: prints the page's URL and opens it where there is a display. */
import { noBrowserBecause, openBrowser } from './browser.ts';
import { EXIT } from './exit.ts';
import { pageUrl } from './pageUrl.ts';
import { clockText } from './sessionLine.ts';
import type { Verb } from './verb.ts';

export const ui: Verb = {
  spec: {
    name: 'ui',
    summary: 'opens the page that shows calls as they happen',
    usage: ['ui [--no-open] [--json]'],
    args: [],
    options: { 'no-open': { value: null, help: 'only print the URL' } },
    examples: [
      ['ui', 'prints the URL and opens it'],
      ['ui --no-open', 'for another browser on this machine, or through a forwarded port'],
    ],
    exits: {},
  },
  async run({ flag, json, out, terminal, connect }) {
    const page = await pageUrl(await connect());
    if (json) await out.json(page);
    else await out.line(page.url);
    const facts = { env: process.env, platform: process.platform, interactive: terminal().live };
    const reason = flag('no-open') || json ? null : noBrowserBecause(facts);
    if (reason) out.note(`Not opened: ${reason}. Open the URL in a browser on this machine.`);
    else if (!flag('no-open') && !json) {
      const failure = await openBrowser(page.url);
      if (failure) out.note(`Not opened: ${failure}.`);
    }
    if (!json) out.note(`The URL works once, until ${clockText(Date.parse(page.expires_at), Date.now())}.`);
    return EXIT.fine;
  },
};
