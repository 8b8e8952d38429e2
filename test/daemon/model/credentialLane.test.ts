import assert from 'node:assert/strict';
import { test } from 'node:test';
import { credentialLane, isLane, isPlainLane, type LaneFacts } from '../../../daemon/model/credentialLane.ts';
import { serverFacts } from '../../../daemon/model/toolCatalog.ts';

const FINGERPRINT = '3f9a1c02';

function laneOf(server: string, facts: Partial<LaneFacts> & { names?: string[] }) {
  const { names = [], ...rest } = facts;
  const open: LaneFacts = {
    transport: 'stdio',
    argv: ['some-program'],
    environment: Object.fromEntries(['HOME', 'PATH', ...names].map((name) => [name, FINGERPRINT])),
    ...rest,
  };
  return credentialLane(open, server, serverFacts(server, open.argv, open.url ?? null));
}

const short = (server: string, facts: Parameters<typeof laneOf>[1]) => {
  const { lane, mode, provider, trust } = laneOf(server, facts);
  return `${mode} ${lane} ${provider} ${trust}`;
};

const npx = (...words: string[]) => ['npx', '-y', ...words];

test('lanes of servers that are started', () => {
  const table: [string, Parameters<typeof laneOf>[1], string][] = [
    [
      'github',
      { argv: npx('@modelcontextprotocol/server-github'), names: ['GITHUB_PERSONAL_ACCESS_TOKEN', 'OPENAI_API_KEY'] },
      'byok github/env:GITHUB_PERSONAL_ACCESS_TOKEN#3f9a1c02 api.github.com catalog',
    ],
    ['github', { names: ['GITHUB_TOKEN'] }, 'byok github/env:GITHUB_TOKEN#3f9a1c02 api.github.com inferred'],
    [
      'issues',
      { argv: npx('@acme/github-mcp'), names: ['GH_TOKEN', 'OPENAI_API_KEY'] },
      'byok github/env:GH_TOKEN#3f9a1c02 api.github.com inferred',
    ],
    [
      'github',
      { names: ['GITHUB_TOKEN', 'GITHUB_ACTIONS'] },
      'managed github/env:GITHUB_TOKEN#3f9a1c02 api.github.com inferred',
    ],
    // A catalogued server that needs none: what it inherits is not its own.
    [
      'fs',
      { argv: npx('@modelcontextprotocol/server-filesystem', '/w'), names: ['GITHUB_TOKEN'] },
      'none fs_local null catalog',
    ],
    ['tool', {}, 'none tool_local null inferred'],
    [
      'acme',
      { names: ['ACME_SECRET', 'GITHUB_TOKEN', 'OTHER_KEY'] },
      'byok acme/env:ACME_SECRET#3f9a1c02 null inferred',
    ],
    ['tool', { names: ['API_KEY', 'GITHUB_TOKEN'] }, 'byok tool/env:API_KEY#3f9a1c02 null inferred'],
    ['tool', { names: ['GITHUB_TOKEN'] }, 'byok github/env:GITHUB_TOKEN#3f9a1c02 api.github.com inferred'],
    ['tool', { names: ['GITHUB_TOKEN', 'OPENAI_API_KEY'] }, 'unknown null null inferred'],
    // The agent's own.
    [
      'tool',
      { names: ['CLAUDE_CODE_OAUTH_TOKEN', 'VSCODE_GIT_TOKEN', 'ACTIONS_RUNTIME_TOKEN'] },
      'none tool_local null inferred',
    ],
    [
      'aws',
      { names: ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SESSION_TOKEN'] },
      'byok aws/env:AWS_ACCESS_KEY_ID#3f9a1c02 amazonaws.com inferred',
    ],
    ['aws', { names: ['AWS_PROFILE'] }, 'auto aws_auto amazonaws.com inferred'],
    ['aws', { names: ['AWS_WEB_IDENTITY_TOKEN_FILE'] }, 'managed aws_managed amazonaws.com inferred'],
    ['exa', { argv: npx('exa-mcp-server') }, 'unknown null api.exa.ai inferred'],
    [
      'db',
      {
        argv: ['server', '--api-key', 'x'],
        credentials: { 'argv:--api-key': { fingerprint: 'aa11bb22', claims: null } },
      },
      'byok db/argv:--api-key#aa11bb22 null observed',
    ],
    [
      'gh',
      {
        argv: ['docker', 'run', '-i', '-e', 'GITHUB_PERSONAL_ACCESS_TOKEN', 'ghcr.io/github/github-mcp-server'],
        names: ['GITHUB_PERSONAL_ACCESS_TOKEN', 'GH_TOKEN'],
      },
      'byok github/env:GITHUB_PERSONAL_ACCESS_TOKEN#3f9a1c02 api.github.com observed',
    ],
    [
      'linear',
      { argv: npx('mcp-remote@0.15.1', 'https://mcp.linear.app/sse') },
      'auto linear_auto api.linear.app inferred',
    ],
    [
      'linear',
      {
        argv: npx('mcp-remote', 'https://mcp.linear.app/sse', '--header', 'Authorization: Bearer ${LINEAR_TOKEN}'),
        names: ['LINEAR_TOKEN'],
      },
      'byok linear/env:LINEAR_TOKEN#3f9a1c02 api.linear.app observed',
    ],
  ];
  for (const [server, facts, expected] of table) assert.equal(short(server, facts), expected, JSON.stringify(facts));
});

test('lanes of servers that are reached by URL', () => {
  const http = (url: string, more: Partial<LaneFacts> = {}) => ({
    transport: 'http' as const,
    url,
    argv: [],
    names: ['GITHUB_TOKEN'],
    ...more,
  });
  const table: [string, Parameters<typeof laneOf>[1], string][] = [
    [
      'gh',
      http('https://api.githubcopilot.com/mcp/', {
        headers: { accept: null, authorization: 'aa11bb22', 'mcp-session-id': 'ffffffff' },
      }),
      'byok github/header:authorization#aa11bb22 api.github.com observed',
    ],
    [
      'acme',
      http('https://mcp.acme.dev/', { headers: { 'x-acme-secret': 'aa11bb22', 'x-api-key': 'cc33dd44' } }),
      'byok acme/header:x-api-key#cc33dd44 null observed',
    ],
    [
      'exa',
      http('https://mcp.exa.ai/mcp?exaApiKey=…', {
        headers: {},
        credentials: { 'url:exaApiKey': { fingerprint: 'aa11bb22', claims: null } },
      }),
      'byok exa/url:exaApiKey#aa11bb22 api.exa.ai observed',
    ],
    ['docs', http('https://docs.acme.dev/mcp', { headers: { accept: null } }), 'none docs_anonymous null observed'],
    ['dev', http('http://127.0.0.1:3000/mcp'), 'none dev_local null observed'],
  ];
  for (const [server, facts, expected] of table) assert.equal(short(server, facts), expected, JSON.stringify(facts));
});

test('a freeze names a lane by its credential, wherever that is handed over', () => {
  const lane = laneOf('github', { names: ['GITHUB_TOKEN'] });
  assert.equal(isLane('github/env:GITHUB_TOKEN#3f9a1c02', lane), true);
  assert.equal(isLane('github/header:authorization#3f9a1c02', lane), true);
  assert.equal(isLane('github/env:GITHUB_TOKEN#00000000', lane), false);
  const local = laneOf('fs', {});
  assert.equal(isLane('fs_local', local), true);
  assert.equal(isLane('github/env:GITHUB_TOKEN#3f9a1c02', local), false);
});

test('targets from before lanes had names of their own', () => {
  assert.equal(isPlainLane('GITHUB_TOKEN#3f9a1c02'), true);
  assert.equal(isPlainLane('header:authorization#3f9a1c02'), true);
  assert.equal(isPlainLane('github/env:GITHUB_TOKEN#3f9a1c02'), false);
  assert.equal(isPlainLane('fs_local'), false);
});
