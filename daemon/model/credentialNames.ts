/**
 * Decides whether a name (of a JSON member, variable, header, option or query value) says that its value is a
 * credential. Judges the name alone; whether the value can be one is decided in `secretValue.ts`.
 */

/** What makes a name worth judging at all: a cheap test over whole texts. Global; the caller resets `lastIndex`. */
export const NAME_HINT =
  /pass(?:word|wd|phrase|code)|_pass\b|pwd|secret|token|[a-z_-]key\b|apikey|auth|cookie|credential|mcp-session-id|request_?state|x-payment|payment-signature|bearer|jwt|verifier|device_code|sess(?:ion_?)?id|connect\.sid|\bsid\b/gi;

/** Words that make a name a credential's when they stand last. */
const LAST =
  /(?:password|passwd|passphrase|passcode|pwd|secret|secrets|token|apikey|accesskey|secretkey|privatekey|credential|credentials|cookie|cookies|authorization|jwt|jwts|bearer|sessid|sessionid)$/;

/** What may stand before `key` so that it is a secret one. */
const KEY_OF = new Set(
  'api access secret private encryption encrypt signing account master auth authentication subscription service storage shared deploy app application client consumer license webhook hmac session admin root'.split(
    ' ',
  ),
);

/** Endings that do not change what a name says. */
const AFTER = new Set(
  'value raw plain text b64 base64 string env prod production dev staging test old new current main primary secondary live'.split(
    ' ',
  ),
);

/** Whole names, letters and digits only, that are credentials without saying so by their last word. */
const EXACT = new Set(
  'mcpsessionid xpayment xpaymentresponse paymentsignature requeststate codeverifier devicecode authorizationcode proxyauthorization connectsid auth xauth pgpass phpsessid jsessionid dbpass'.split(
    ' ',
  ),
);

/** Tokens that are positions, marks or words and no secrets. */
const NO_SECRET =
  /(?:progress|page|next|prev|previous|continuation|cancellation|cancel|start|stop|end|eos|bos|pad|unk|mask|sep|cls|special|css|design|syntax|lex|parse|punctuator|keyword|identifier|current|last|first|other|resume|consistency|idempotency|use|max|input|output|abort|change|delta)tokens?$/;

/** The words of a name in lower case: `GITHUB_TOKEN`, `githubToken` and `x-github-token` all end in `token`. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

/** @param name at most the first 120 characters are read */
export function isCredentialName(name: string): boolean {
  const words = wordsOf(name.slice(0, 120));
  while (words.length > 1 && (AFTER.has(words.at(-1)!) || /^\d+$/.test(words.at(-1)!))) words.pop();
  const last = (words.at(-1) ?? '').replace(/\d+$/, '');
  const whole = words.join('');
  if (EXACT.has(whole)) return true;
  if (last === 'key') return words.length > 1 && KEY_OF.has(words.at(-2)!);
  if (last === 'pass' || last === 'pat' || last === 'auth') return words.length > 1;
  if (last === 'id') return whole.endsWith('mcpsessionid') || whole.endsWith('phpsessid');
  return LAST.test(last) && !NO_SECRET.test(whole);
}

/** Names whose value is a person's own word: masked even where it looks like any word. */
export function isPasswordName(name: string): boolean {
  return /pass(?:word|wd|phrase|code)?\d*$|pwd\d*$/i.test(name.replace(/[^A-Za-z\d]/g, ''));
}

/** Where a process works (POSIX), and no password: taken for one it would mask the workspace's path everywhere. */
const WORKING_FOLDER = /^(?:OLD)?PWD$/i;

/** Names of variables whose value may be a secret as a whole or in part, such as a connection string. */
export function isCredentialVariable(name: string): boolean {
  if (WORKING_FOLDER.test(name)) return false;
  return (
    isCredentialName(name) ||
    /(?:^|_)(?:KEY|PAT|PIN|DSN|SALT|SEED|CREDS?|AUTH|PASS|COOKIE|SIGNATURE|WEBHOOK(?:_URL)?)\d*$|SECRET|TOKEN|PASSW|CREDENTIAL|(?:DATABASE|DB|REDIS|MONGO\w*|POSTGRES\w*|PG|MYSQL|AMQP|BROKER|SENTRY|CONNECTION)_?(?:URL|URI|STRING)$/i.test(
      name,
    )
  );
}

/** The rule's name in a placeholder: the kind of name, never the name itself. */
export function ruleFor(name: string): string {
  if (/cookie/i.test(name)) return 'cookie';
  if (/authorization|bearer/i.test(name)) return 'authorization';
  if (isPasswordName(name)) return 'password';
  return /session/i.test(name) ? 'session-id' : 'credential';
}
