import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFiles } from '../../../daemon/harness/files.ts';
import { walkedListing } from '../../../daemon/harness/workspaceListing.ts';
import { folderTree } from '../../support/folderTree.ts';

test('outside git: files by name, no dependencies, no linked folders, no circle', (context) => {
  const root = folderTree(context, {
    'b/CLAUDE.md': '',
    'a/CLAUDE.md': '',
    'a/.claude/rules/r.md': '',
    'node_modules/x/CLAUDE.md': '',
    '.git/CLAUDE.md': '',
    'a/loop': { link: '..' },
    'c/CLAUDE.md': { link: '../a/CLAUDE.md' },
  });
  const listing = walkedListing(root, createFiles());
  assert.deepEqual(listing.having('CLAUDE.md'), ['a/CLAUDE.md', 'b/CLAUDE.md', 'c/CLAUDE.md']);
  assert.deepEqual(listing.having('.claude/rules/'), ['a/.claude/rules/r.md']);
  assert.equal(listing.tracked('a/CLAUDE.md'), null);
  assert.equal(listing.complete(), true);
});

test('a folder that is not there has nothing; one that is too deep is not complete', (context) => {
  const deep = `${'d/'.repeat(30)}CLAUDE.md`;
  const root = folderTree(context, { [deep]: '' });
  const listing = walkedListing(root, createFiles());
  assert.deepEqual(listing.having('CLAUDE.md'), []);
  assert.equal(listing.complete(), false);
  assert.deepEqual(walkedListing(`${root}/gone`, createFiles()).having('x'), []);
});
