/** Rules about the server itself: it failed inside, was written wrongly, ended, or never started. Data only. */
import { type ErrorRule, rule } from './errorRule.ts';

export const SERVER: readonly ErrorRule[] = [
  rule('process.files', 'exhausted_process', 'errno(3): EMFILE, ENFILE, ENOMEM', {
    codes: ['emfile', 'enfile', 'enomem', 'memoryerror'],
    text: /\btoo many open files\b|\bcannot allocate memory\b|\bout of memory\b/,
    keys: ['open files', 'allocate memory', 'out of memory'],
  }),
  rule(
    'server.programming',
    'programming',
    'ECMAScript TypeError, ReferenceError, RangeError and Python KeyError, AttributeError as a tool hands them on: the server, not the request, is wrong',
    {
      codes: [
        'referenceerror',
        'recursionerror',
        'attributeerror',
        'nameerror',
        'unboundlocalerror',
        'nullpointerexception',
        'assertionerror',
        'keyerror',
        'indexerror',
        'zerodivisionerror',
        'notimplementederror',
      ],
      text: /\bcannot read propert(?:y|ies) of (?:undefined|null)\b|\bis not a function\b|\bis not defined\b|\bis not iterable\b|\bmaximum call stack\b|\bmaximum recursion depth\b|\bundefined is not an object\b|\bobject has no attribute\b|\bnil pointer dereference\b|\bpanicked at\b/,
      keys: [
        'cannot read prop',
        'not a function',
        'not defined',
        'not iterable',
        'call stack',
        'recursion depth',
        'not an object',
        'no attribute',
        'nil pointer',
        'panicked',
      ],
    },
  ),
  rule('server.json', 'internal', 'ECMAScript JSON.parse and Python json: what the server itself read was no JSON', {
    codes: ['jsondecodeerror'],
    text: /\bunexpected (?:token|end of json)\b[^\n]{0,120}\bjson\b|\bis not valid json\b|\bexpecting value: line\b/,
    keys: ['json', 'expecting value'],
  }),
];

export const INTERNAL: readonly ErrorRule[] = [
  rule(
    'server.internal',
    'internal',
    'HTTP 500 by name; AWS InternalFailure; Google INTERNAL; Stripe api_error; Slack fatal_error; Notion internal_server_error; GraphQL INTERNAL_SERVER_ERROR; Google Maps UNKNOWN_ERROR',
    {
      codes: [
        'internal_server_error',
        'internalservererror',
        'internalfailure',
        'internalerror',
        'internal_error',
        'internal',
        'api_error',
        'server_error',
        'fatal_error',
        'unknown_error',
        'serviceexception',
        'servicefailure',
        'dataloss',
        'data_loss',
        'unexpected_error',
        'internalserverexception',
        'sqlstate:xx000',
        'sqlite_corrupt',
        'eio',
        'jsondecodeerror',
        'general_exception',
      ],
      text: /\binternal (?:server )?error\b|\bserver error\b(?! ')|\bunknown error (?:has )?occurred\b|\bunexpected error (?:has )?occurred\b|\bunexpected (?:token|end of json)\b[^\n]{0,120}\bjson\b|\bis not valid json\b|\bexpecting value: line\b|\bunknown error, exception or failure\b/,
      keys: ['internal', 'server error', 'unknown error', 'unexpected', 'json', 'expecting value'],
    },
  ),
];

/** What the last lines of a dead server's stderr say: it could not start, whoever starts it again. In lower case. */
export const STDERR: readonly ErrorRule[] = [
  rule('stderr.memory', 'crashed', 'V8 and the kernel: out of memory', {
    text: /\bheap out of memory\b|\ballocation failed\b|\bout of memory\b|\boom-kill/,
    keys: ['memory', 'allocation failed', 'oom'],
  }),
  rule(
    'stderr.module',
    'cannot_start',
    'Node.js MODULE_NOT_FOUND, Python ModuleNotFoundError, missing native bindings: a program that is not installed whole',
    {
      text: /\bmodule_not_found\b|\berr_module_not_found\b|\bcannot find (?:module|package)\b|\bmodulenotfounderror\b|\bno module named\b|\bcould not locate the bindings file\b|\bnode_module_version\b|\bimporterror\b|\berr_dlopen_failed\b|\berror while loading shared libraries\b/,
      keys: ['module', 'cannot find', 'bindings', 'importerror', 'dlopen', 'shared libraries'],
    },
  ),
  rule('stderr.program', 'cannot_start', 'POSIX sh: exit status 126 and 127; npm E404, EACCES; docker', {
    text: /\bcommand not found\b|\bpermission denied$|\bno such file or directory$|\bnpm (?:err!|error) (?:code e|404)|\bunable to find image\b|\bcould not determine executable\b|\bcannot connect to the docker daemon\b|\bis not recognized as an internal or external command\b/,
    keys: [
      'not found',
      'permission denied',
      'no such file',
      'npm err',
      'unable to find',
      'executable',
      'docker daemon',
      'not recognized',
    ],
  }),
  rule('stderr.address', 'cannot_start', 'errno(3): EADDRINUSE', {
    text: /\beaddrinuse\b|\baddress already in use\b/,
    keys: ['eaddrinuse', 'already in use'],
  }),
  rule('stderr.syntax', 'cannot_start', 'ECMAScript and Python SyntaxError at start-up', {
    text: /^syntaxerror: |\bsyntaxerror: /m,
    keys: ['syntaxerror'],
  }),
  rule(
    'stderr.configuration',
    'cannot_start',
    'What servers print when a variable, an argument or a folder they need is missing',
    {
      text: /\b(?:environment variables?|env var|api[ _-]?key|token|credentials?|pat|argument|option|flag|url|directories|configuration|config)\b[^\n]{0,120}\b(?:not set|not provided|is required|are required|must be set|missing|not accessible|are accessible|cannot be empty|invalid|environment variables?)\b|\bplease (?:set|provide)\b|\bmissing (?:required )?(?:environment|env|argument|option|config|api[ _-]?key)|\binvalid (?:api[ _-]?key|token|configuration|config|url)\b|\bno (?:api[ _-]?key|token|credentials?) (?:provided|found|set)\b|\busage: /,
      keys: [
        'not set',
        'provide',
        'required',
        'must be set',
        'missing',
        'accessible',
        'empty',
        'invalid',
        'environment variable',
        'please set',
        'usage: ',
      ],
    },
  ),
];
