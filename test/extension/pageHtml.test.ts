import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageHtml } from '../../extension/pageHtml.ts';

const parts = {
  source: 'https://x.example',
  nonce: 'n0nce',
  script: 'https://x.example/page.js',
  style: 'https://x.example/page.css',
  place: 'tab',
  shown: null,
} as const;

test('only the page’s own script and style are let in', () => {
  const policy =
    /Content-Security-Policy" content="([^"]*)"/.exec(pageHtml(parts))?.[1]?.replaceAll('&#39;', "'") ?? '';
  assert.match(policy, /^default-src 'none'; script-src 'nonce-n0nce'; /);
  assert.doesNotMatch(policy, /unsafe|\*|connect-src/);
});

test('what is shown cannot leave its attribute', () => {
  const html = pageHtml({ ...parts, shown: { session: '"><script>alert(1)</script>', call: "'&" } });
  assert.doesNotMatch(html, /<script>alert/);
  assert.match(html, /data-show="\{&#34;session&#34;:&#34;\\&#34;&#62;&#60;script&#62;/);
});
