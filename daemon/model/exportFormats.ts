/**
 * Secret formats that only bundles are searched for, beside those of secretFormats.ts: data only. What leaves the
 * machine may cost a longer look than what stays on it.
 */
import type { Format } from './secretFormats.ts';

export const EXPORT_FORMATS: readonly Format[] = [
  // Clouds.
  {
    rule: 'azure-storage-key',
    keywords: ['AccountKey', 'SharedAccessKey'],
    pattern: /(?:AccountKey|SharedAccessKey)=(?<secret>[A-Za-z0-9+/]{40,90}={0,2})/g,
  },
  {
    rule: 'azure-client-secret',
    keywords: ['Q~'],
    pattern: /(?<![\w~.-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![\w~-])/g,
  },
  {
    rule: 'azure-devops-token',
    keywords: ['AZDO'],
    pattern: /(?<![A-Za-z0-9])[A-Za-z0-9]{72,76}AZDO[A-Za-z0-9]{4}(?![A-Za-z0-9])/g,
  },
  { rule: 'alibaba-key', keywords: ['LTAI'], pattern: /(?<![A-Za-z0-9])LTAI[A-Za-z0-9]{12,22}(?![A-Za-z0-9])/g },
  { rule: 'tencent-key', keywords: ['AKID'], pattern: /(?<![A-Za-z0-9])AKID[A-Za-z0-9]{32}(?![A-Za-z0-9])/g },
  { rule: 'heroku-key', keywords: ['HRKU-'], pattern: /(?<![\w-])HRKU-[\w-]{30,80}/g },
  {
    rule: 'fly-token',
    keywords: ['FlyV1 ', 'fo1_', 'fm1'],
    pattern: /(?<![\w-])(?:FlyV1 fm\d[a-z]?_[A-Za-z0-9+/=,_-]{40,}|fo1_[\w-]{40,50}|fm1[ar]_[A-Za-z0-9+/=]{60,})/g,
  },
  { rule: 'netlify-token', keywords: ['nfp_', 'nfc_'], pattern: /(?<![A-Za-z0-9_])nf[pc]_[A-Za-z0-9]{30,60}/g },
  { rule: 'render-key', keywords: ['rnd_'], pattern: /(?<![A-Za-z0-9_])rnd_[A-Za-z0-9]{28,50}/g },
  { rule: 'supabase-key', keywords: ['sb_secret_'], pattern: /(?<![A-Za-z0-9_])sb_secret_[\w-]{20,60}/g },
  { rule: 'neon-key', keywords: ['napi_'], pattern: /(?<![A-Za-z0-9_])napi_[a-z0-9]{40,80}/g },
  { rule: 'pulumi-token', keywords: ['pul-'], pattern: /(?<![\w-])pul-[0-9a-f]{40}(?![\w-])/g },
  {
    rule: 'doppler-token',
    keywords: ['dp.st.', 'dp.ct.', 'dp.sa.', 'dp.scim.', 'dp.audit.'],
    pattern: /(?<![\w.-])dp\.(?:st|ct|sa|scim|audit)\.(?:[\w-]{2,40}\.)?[A-Za-z0-9]{40,50}/g,
  },
  { rule: 'openshift-token', keywords: ['sha256~'], pattern: /(?<![A-Za-z0-9])sha256~[\w-]{43}(?![\w-])/g },
  { rule: 'cloudflare-origin-key', keywords: ['v1.0-'], pattern: /(?<![\w.-])v1\.0-[0-9a-f]{24}-[0-9a-f]{146}/g },
  { rule: 'scaleway-key', keywords: ['SCW'], pattern: /(?<![A-Za-z0-9])SCW[A-Z0-9]{17}(?![A-Za-z0-9])/g },

  // Source, builds and packages.
  {
    rule: 'atlassian-token',
    keywords: ['ATATT3', 'ATCTT3', 'ATBB'],
    pattern: /(?<![A-Za-z0-9])(?:AT[AC]TT3[A-Za-z0-9_=-]{50,250}|ATBB[A-Za-z0-9]{24,40})/g,
  },
  { rule: 'circleci-token', keywords: ['CCIPAT_', 'CCIPRJ_'], pattern: /(?<!\w)CCI(?:PAT|PRJ)_[\w-]{30,90}/g },
  { rule: 'buildkite-token', keywords: ['bkua_', 'bkaj_'], pattern: /(?<!\w)bk(?:ua|aj)_[A-Za-z0-9]{30,50}/g },
  { rule: 'sonar-token', keywords: ['squ_', 'sqp_', 'sqa_'], pattern: /(?<!\w)sq[upa]_[0-9a-f]{40}(?!\w)/g },
  {
    rule: 'artifactory-token',
    keywords: ['AKCp', 'cmVmdGtuOj'],
    pattern: /(?<![A-Za-z0-9])(?:AKCp[A-Za-z0-9]{68,72}|cmVmdGtuOj[A-Za-z0-9]{52,60})/g,
  },
  { rule: 'nuget-key', keywords: ['oy2'], pattern: /(?<![A-Za-z0-9])oy2[a-z0-9]{43}(?![A-Za-z0-9])/g },
  { rule: 'cargo-token', keywords: ['cio'], pattern: /(?<![A-Za-z0-9])cio[A-Za-z0-9]{32}(?![A-Za-z0-9])/g },
  { rule: 'clojars-token', keywords: ['CLOJARS_'], pattern: /(?<!\w)CLOJARS_[0-9a-z]{60}/g },
  {
    rule: 'gitlab-token',
    keywords: ['glimt-', 'glffct-', 'glwt-', 'GR1348941', '_gitlab_session='],
    pattern: /(?<![A-Za-z0-9])(?:gl(?:imt|ffct|wt)-[\w-]{20,60}|GR1348941[\w-]{20}|_gitlab_session=[0-9a-f]{32})/g,
  },
  {
    rule: 'harness-token',
    keywords: ['pat.', 'sat.'],
    pattern: /(?<![\w.])[ps]at\.[\w-]{22}\.[0-9a-f]{24}\.[A-Za-z0-9]{20}/g,
  },
  { rule: 'prefect-key', keywords: ['pnu_'], pattern: /(?<!\w)pnu_[A-Za-z0-9]{36}/g },
  { rule: 'infracost-key', keywords: ['ico-'], pattern: /(?<![\w-])ico-[A-Za-z0-9]{32}(?![\w-])/g },
  { rule: 'readme-key', keywords: ['rdme_'], pattern: /(?<!\w)rdme_[a-z0-9]{70}/g },
  {
    rule: 'launchdarkly-key',
    keywords: ['sdk-', 'api-', 'mob-'],
    pattern: /(?<![\w-])(?:sdk|api|mob)-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])/g,
  },
  { rule: 'contentful-token', keywords: ['CFPAT-'], pattern: /(?<![\w-])CFPAT-[\w-]{40,60}/g },
  {
    rule: 'sentry-token',
    keywords: ['sntryu_', 'ingest.sentry.io', '@sentry.io'],
    pattern: /(?<!\w)sntryu_[0-9a-f]{64}|https:\/\/(?<secret>[0-9a-f]{32}(?::[0-9a-f]{32})?)@(?:[\w.-]+\.)?sentry\.io/g,
  },
  {
    rule: 'dynatrace-token',
    keywords: ['dt0c01.', 'dt0s01.'],
    pattern: /(?<![\w.])dt0[cs]01\.[A-Z0-9]{8,24}\.[A-Z0-9]{64}/g,
  },

  // Talk, mail and work.
  {
    rule: 'discord-token',
    keywords: ['MD', 'MT', 'Mj', 'Mz', 'ND', 'NT', 'Nj', 'Nz', 'OD', 'OT', 'Oj', 'Oz'],
    pattern: /(?<![\w.-])[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])/g,
  },
  {
    rule: 'webhook',
    keywords: [
      'hooks.zapier.com',
      '.webhook.office.com',
      'maker.ifttt.com',
      'hook.eu',
      'hook.us',
      'chat.googleapis.com',
    ],
    pattern:
      /(?:hooks\.zapier\.com\/hooks\/catch\/|[\w-]+\.webhook\.office\.com\/webhookb2\/|maker\.ifttt\.com\/(?:use|trigger\/[\w-]+\/with\/key)\/|hook\.(?:eu|us)\d\.make\.com\/|chat\.googleapis\.com\/v1\/spaces\/)(?<secret>[\w@/?=&%.-]{10,400})/g,
  },
  { rule: 'mailchimp-key', keywords: ['-us'], pattern: /(?<![\w-])[0-9a-f]{32}-us\d{1,2}(?![\w-])/g },
  {
    rule: 'mailgun-key',
    keywords: ['key-', 'pubkey-'],
    pattern: /(?<![\w-])(?:pub)?key-[0-9a-f]{32}(?![\w-])/g,
  },
  {
    rule: 'brevo-key',
    keywords: ['xkeysib-', 'xsmtpsib-'],
    pattern: /(?<![\w-])x(?:key|smtp)sib-[0-9a-f]{64}-[A-Za-z0-9]{16}/g,
  },
  { rule: 'resend-key', keywords: ['re_'], pattern: /(?<![A-Za-z0-9_])re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,30}(?!\w)/g },
  { rule: 'twilio-key', keywords: ['AC'], pattern: /(?<![A-Za-z0-9])AC[0-9a-f]{32}:[0-9a-f]{32}(?![A-Za-z0-9])/g },
  {
    rule: 'notion-token',
    keywords: ['secret_'],
    pattern: /(?<![A-Za-z0-9_])secret_[A-Za-z0-9]{43}(?![A-Za-z0-9_])/g,
  },
  { rule: 'linear-key', keywords: ['lin_oauth_'], pattern: /(?<!\w)lin_oauth_[A-Za-z0-9]{40,70}/g },
  {
    rule: 'airtable-token',
    keywords: ['pat'],
    pattern: /(?<![A-Za-z0-9])pat[A-Za-z0-9]{14}\.[0-9a-f]{64}(?![A-Za-z0-9])/g,
  },
  {
    rule: 'asana-token',
    keywords: ['0/', '1/', '2/'],
    pattern: /(?<![\w/.-])[012]\/\d{12,20}(?:\/\d{12,20})?:[0-9a-f]{32}(?!\w)/g,
  },
  { rule: 'clickup-token', keywords: ['pk_'], pattern: /(?<!\w)pk_\d{5,12}_[A-Z0-9]{32}(?!\w)/g },
  { rule: 'dropbox-token', keywords: ['sl.'], pattern: /(?<![\w.])sl\.(?:u\.)?[\w-]{100,1500}/g },
  { rule: 'typeform-token', keywords: ['tfp_'], pattern: /(?<!\w)tfp_[\w.=-]{44,90}/g },
  {
    rule: 'hubspot-token',
    keywords: ['pat-na', 'pat-eu'],
    pattern: /(?<![\w-])pat-(?:na|eu)\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
  },
  { rule: 'intercom-token', keywords: ['dG9rO'], pattern: /(?<![A-Za-z0-9])dG9rO[A-Za-z0-9]{54,70}={0,2}/g },
  { rule: 'zendesk-token', keywords: ['/token:'], pattern: /\/token:(?<secret>[A-Za-z0-9]{40})(?![A-Za-z0-9])/g },

  // Money and shops.
  {
    rule: 'stripe-key',
    keywords: ['_org_', '_prod_'],
    pattern: /(?<![A-Za-z0-9])[sr]k_(?:org|prod)_[A-Za-z0-9_]{10,250}/g,
  },
  {
    rule: 'square-token',
    keywords: ['EAAA'],
    pattern: /(?<![\w-])EAAA[\w-]{60}(?![\w-])/g,
  },
  {
    rule: 'paypal-token',
    keywords: ['access_token$'],
    pattern: /access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}/g,
  },
  {
    rule: 'plaid-token',
    keywords: ['access-sandbox-', 'access-production-', 'access-development-'],
    pattern: /(?<![\w-])access-(?:sandbox|development|production)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g,
  },
  { rule: 'flutterwave-key', keywords: ['FLWSECK'], pattern: /FLWSECK(?:_TEST)?-[A-Za-z0-9]{12,40}(?:-X)?/g },
  { rule: 'razorpay-key', keywords: ['rzp_'], pattern: /(?<!\w)rzp_(?:live|test)_[A-Za-z0-9]{14,24}/g },
  { rule: 'shippo-token', keywords: ['shippo_'], pattern: /(?<!\w)shippo_(?:live|test)_[0-9a-f]{40}/g },
  { rule: 'easypost-key', keywords: ['EZAK', 'EZTK'], pattern: /(?<!\w)EZ[AT]K[A-Za-z0-9]{54}/g },
  { rule: 'duffel-token', keywords: ['duffel_'], pattern: /(?<!\w)duffel_(?:live|test)_[\w=-]{43}/g },

  // Models and search.
  { rule: 'langsmith-key', keywords: ['lsv2_'], pattern: /(?<!\w)lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}/g },
  { rule: 'pinecone-key', keywords: ['pcsk_'], pattern: /(?<!\w)pcsk_[A-Za-z0-9]{5,8}_[A-Za-z0-9]{50,70}/g },
  { rule: 'jina-key', keywords: ['jina_'], pattern: /(?<!\w)jina_[A-Za-z0-9_-]{50,80}/g },
  { rule: 'tavily-key', keywords: ['tvly-'], pattern: /(?<![\w-])tvly-(?:dev-|prod-)?[A-Za-z0-9]{28,50}/g },
  { rule: 'firecrawl-key', keywords: ['fc-'], pattern: /(?<![\w-])fc-[0-9a-f]{32}(?![\w-])/g },
  { rule: 'brave-key', keywords: ['BSA'], pattern: /(?<![A-Za-z0-9])BSA[A-Za-z0-9_-]{28}(?![\w-])/g },
  { rule: 'elevenlabs-key', keywords: ['sk_'], pattern: /(?<!\w)sk_[0-9a-f]{48}(?!\w)/g },
  { rule: 'cerebras-key', keywords: ['csk-'], pattern: /(?<![\w-])csk-[a-z0-9]{40,60}/g },
  { rule: 'nvidia-key', keywords: ['nvapi-'], pattern: /(?<![\w-])nvapi-[\w-]{60,80}/g },
  { rule: 'fireworks-key', keywords: ['fw_'], pattern: /(?<!\w)fw_(?=[A-Za-z0-9]{0,30}\d)[A-Za-z0-9]{22,50}(?!\w)/g },

  // Social.
  { rule: 'facebook-token', keywords: ['EAA', 'EAAC'], pattern: /(?<![\w-])EAA[MC][A-Za-z0-9]{80,400}/g },
  { rule: 'twitter-token', keywords: ['AAAAAAAAA'], pattern: /(?<![A-Za-z0-9%])A{18,24}[A-Za-z0-9%]{60,120}/g },

  // Things that no firm gives out.
  {
    rule: 'password-hash',
    keywords: ['$2', '$5$', '$6$', '$y$', '$argon2', '$apr1$'],
    pattern:
      /\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|\$(?:5|6|y|apr1)\$[^\s"'`<>\\:]{8,200}|\$argon2(?:id|i|d)\$[^\s"'`<>\\:]{30,300}/g,
  },
  {
    rule: 'netrc-password',
    keywords: ['machine '],
    pattern: /\bmachine\s+\S{1,200}\s+login\s+\S{1,200}\s+password\s+(?<secret>[^\s"'`<>\\]{3,200})/g,
  },
  {
    rule: 'otp-secret',
    keywords: ['otpauth://'],
    pattern: /otpauth:\/\/(?:totp|hotp)\/[^\s"'`<>\\]{0,300}?[?&]secret=(?<secret>[A-Z2-7a-z]{16,128})/g,
  },
  {
    rule: 'basic-auth',
    keywords: ['-u ', '--user '],
    pattern:
      /\bcurl\b[^\n\r"'`]{0,400}?\s(?:-u|--user)[ =]\\{0,8}["']?[^\s:"'`\\]{1,100}:(?<secret>[^\s"'`\\]{3,200})/g,
  },
  {
    rule: 'ssh-key',
    keywords: ['PuTTY-User-Key-File'],
    pattern:
      /PuTTY-User-Key-File-\d:[\s\S]{0,400}?Private-Lines: \d{1,4}(?:\\r|\\n|[\r\n])+(?<secret>[A-Za-z0-9+/=\s\\]{40,8000})/g,
  },
];
