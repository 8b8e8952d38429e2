import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCredentialName, isCredentialVariable, isPasswordName } from '../../../daemon/model/credentialNames.ts';

const CREDENTIALS =
  'password Passwd userPassword PGPASSWORD db_pass secret client_secret clientSecret GITHUB_TOKEN githubToken access_token id_token apiKey api-key API_KEY_PROD X-Api-Key OPENAI_API_KEY2 privateKey AWS_SECRET_ACCESS_KEY accountKey authorization Proxy-Authorization cookie Set-Cookie credentials mcp-session-id requestState x-payment code_verifier _authToken npm_auth JWT connect.sid tokenValue';
const OTHERS =
  'tokens tokenizer max_tokens token_type token_count tokenCount progressToken nextPageToken page_token author authority key keyboard primaryKey foreign_key publicKey passed passenger bypass compass secretary sessionId session keyword monkey auth_method cookieParser passwordPolicy tokenUrl author_id';

test('names that say that their value is a credential', () => {
  for (const name of CREDENTIALS.split(' ')) assert.ok(isCredentialName(name), name);
  for (const name of OTHERS.split(' ')) assert.ok(!isCredentialName(name), name);
});

test('a password is what a person chose', () => {
  for (const name of ['password', 'DB_PASSWORD', 'passphrase', 'pwd']) assert.ok(isPasswordName(name), name);
  for (const name of ['token', 'api_key', 'passport']) assert.ok(!isPasswordName(name), name);
});

test('variables that may hold a secret somewhere in their value count too', () => {
  for (const name of ['DATABASE_URL', 'REDIS_URL', 'SENTRY_DSN', 'SIGNING_KEY', 'GH_PAT', 'SECRET_SANTA']) {
    assert.ok(isCredentialVariable(name), name);
  }
  for (const name of ['PATH', 'HOME', 'EDITOR', 'HTTP_PROXY_HOST', 'LANG', 'PWD', 'OLDPWD'])
    assert.ok(!isCredentialVariable(name), name);
});
