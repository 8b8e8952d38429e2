/**
 * Playwright's own MCP server behind a proxy, with the browser under test and a site on loopback: what the record says of
 * its calls, against the files that are there and the requests that the site saw.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { Call } from '../../daemon/protocol/record.ts';
import { BROWSER_FLAGS } from '../support/browser.ts';
import { evidencePlace } from '../support/evidencePlace.ts';
import { browserPlaces } from '../support/prepareBrowser.ts';

const CLI = join(dirname(browserPlaces.manifest), 'node_modules/@playwright/mcp/cli.js');
const PAGE = `<title>Grove</title><form method=post action=/send><input name=word aria-label=Word><button>Send</button></form>`;

/** Everything that a page asked for, oldest first, without what browsers ask for of their own accord. */
async function site(t: { after(work: () => void): void }): Promise<{ url: string; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      if (request.url !== '/favicon.ico') seen.push(`${request.method} ${request.url} ${body}`.trim());
      response.setHeader('content-type', 'text/html').end(PAGE);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { url: `http://127.0.0.1:${address.port}/`, seen };
}

/** What a test sees of the workspace itself: sizes by path. */
function filesIn(folder: string): Map<string, number> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path, statSync(path).size]));
}

const effectsOf = ({ effects }: Call) => effects?.map(({ kind, evidence }) => `${kind} ${evidence}`) ?? null;

test('Playwright’s server: files are those on the disk, requests those that the site saw', async (t) => {
  const { url, seen } = await site(t);
  const place = await evidencePlace(t);
  const { ws } = place;
  const config = join(place.home, '..', 'playwright.json');
  const launchOptions = { headless: true, executablePath: browserPlaces.program, args: BROWSER_FLAGS };
  const browser = {
    browserName: 'chromium',
    isolated: true,
    launchOptions: { ...launchOptions, chromiumSandbox: false },
  };
  writeFileSync(config, JSON.stringify({ browser, capabilities: ['core', 'pdf'] }));
  const libraries = [browserPlaces.libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  const agent = await place.server([CLI, '--config', config], [], {
    LD_LIBRARY_PATH: libraries,
    FONTCONFIG_FILE: browserPlaces.fontConfig,
  });
  const steps: { tool: string; made: string[]; sizes: Map<string, number>; asked: string[] }[] = [];
  const step = async (tool: string, args: object) => {
    const [before, asked] = [filesIn(ws), seen.length];
    const answer = await agent.call(tool, args);
    const sizes = filesIn(ws);
    const made = [...sizes.keys()].filter((path) => !before.has(path));
    steps.push({ tool, made, sizes, asked: seen.slice(asked) });
    return JSON.stringify(answer);
  };
  await step('browser_navigate', { url });
  const page = await step('browser_snapshot', {});
  await step('browser_take_screenshot', { filename: 'grove.png' });
  await step('browser_take_screenshot', { filename: 'grove.png' });
  await step('browser_pdf_save', { filename: join(ws, 'paper', 'grove.pdf') });
  const target = /textbox \\+"Word\\+" \[ref=(\w+)\]/.exec(page)?.[1];
  await step('browser_type', { element: 'Word', target, text: 'oak', submit: true });
  await step('browser_take_screenshot', { filename: join(place.home, '..', 'outside.png') });
  await step('browser_close', {});
  const { calls, findings } = await place.read();

  // The disk and the site, looked at without anything of ours.
  const [picture, paper] = [join(ws, 'grove.png'), join(ws, 'paper', 'grove.pdf')];
  assert.equal(readFileSync(picture).subarray(1, 4).toString(), 'PNG');
  assert.equal(readFileSync(paper).subarray(0, 5).toString(), '%PDF-');
  assert.ok(!existsSync(join(place.home, '..', 'outside.png')));
  assert.deepEqual(seen, ['GET /', 'POST /send word=oak']);

  assert.deepEqual(
    calls.map(({ tool, outcome }) => `${tool} ${outcome}`),
    steps.map(({ tool }, index) => `${tool} ${index === 6 ? 'error' : 'success'}`),
  );
  for (const [index, call] of calls.entries()) {
    const { made, sizes, asked } = steps[index]!;
    const verified = call.effects?.filter(({ evidence }) => evidence === 'verified') ?? [];
    for (const { kind, target, bytes } of verified) {
      assert.equal(kind, 'file_created');
      assert.deepEqual([[target], bytes], [made, sizes.get(target ?? '')], call.tool ?? '');
    }
    // Whatever made the page ask its site for something is told as an effect.
    if (asked.length > 0)
      assert.ok(
        call.effects?.some(({ kind }) => kind === 'browser_action'),
        call.tool ?? '',
      );
  }
  const [navigate, snapshot, shot, again, pdf, typed, outside, close] = calls;
  assert.deepEqual(effectsOf(navigate!), ['api_call declared', 'browser_action declared']);
  assert.deepEqual([navigate?.effects?.[0]?.target, navigate?.retry_safe], [url, true]);
  assert.deepEqual([snapshot?.side_effects, snapshot?.side_effect_class, snapshot?.retry_safe], [[], 'none', true]);
  assert.deepEqual([effectsOf(shot!), shot?.effects?.[0]?.target], [['file_created verified'], picture]);
  assert.deepEqual([shot?.side_effect_class, shot?.reversibility], ['local_write', 'reversible']);
  assert.deepEqual([effectsOf(pdf!), pdf?.effects?.[0]?.target], [['file_created verified'], paper]);
  // The same page has the same picture: written anew, and nothing is different.
  assert.deepEqual([effectsOf(again!), again?.error], [[], null]);
  assert.deepEqual([typed?.retry_safe, typed?.sources.retry_safe], [false, 'catalog']);
  assert.deepEqual([outside?.error?.error_class, outside?.side_effects], ['path_denied', []]);
  assert.deepEqual([close?.side_effect_class, close?.reversibility], ['unknown', 'no_effect']);
  // It says of screenshots that they only read; what they are is known.
  const accused = [shot, pdf].map((call) => `annotation_lie info ${call?.call_id}`);
  assert.deepEqual(
    findings.map(({ kind, severity, call_id }) => `${kind} ${severity} ${call_id}`).sort(),
    accused.sort(),
  );
});
