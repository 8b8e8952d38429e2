/** That the packaged browser starts, lays out text in a font, and reaches a page on loopback. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { launchBrowser } from './browser.ts';

test('the browser shows a page of ours', async () => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>grove</title><p id="p">oak</p>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${address.port}/`);
    assert.equal(await page.title(), 'grove');
    const box = await page.locator('#p').boundingBox();
    assert.ok(box && box.height > 0);
    const width = await page.locator('#p').evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return range.getBoundingClientRect().width;
    });
    assert.ok(width > 5, `text has a width of ${width}`);
  } finally {
    await browser.close();
    server.close();
  }
});
