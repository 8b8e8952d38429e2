/**
 * The launch for a file that others share: starts the server through Callgrove where the user has it, in its usual place,
 * and by its own command everywhere else. Both scripts name no variable, because agents replace `$NAME`, `${NAME}` and
 * `%NAME%` in arguments.
 */
import type { Launch } from '../model/launched.ts';

const SH_PLACES = ['~/.local/state/callgrove/bin/callgrove', '~/"Library/Application Support"/callgrove/bin/callgrove'];

const SH = [
  ...SH_PLACES.map((place) => `[ -x ${place} ] && exec ${place} "$@"`),
  'while [ "$1" != -- ]; do shift; done',
  'shift',
  'exec "$@"',
].join('; ');

/** Needs Node, which the servers have that are started by it; the only one of the two that runs on Windows. */
const NODE = [
  "const{join}=require('path'),{existsSync}=require('fs'),{spawn}=require('child_process'),home=require('os').homedir()",
  "win=process.platform==='win32',words=process.argv.slice(2),plain=words.slice(words.indexOf('--')+1)",
  "place=win?join(process.env.LOCALAPPDATA||join(home,'AppData/Local'),'callgrove/bin/launch.cjs'):join(home,process.platform==='darwin'?'Library/Application Support':'.local/state','callgrove/bin/callgrove')",
  'found=existsSync(place),[program,...rest]=found?win?[process.execPath,place,...words]:[place,...words]:plain',
  "shell=win&&!found&&!program.toLowerCase().endsWith('.exe'),quoted=(word)=>'\"'+word+'\"'",
  "child=spawn(shell?quoted(program):program,shell?rest.map(quoted):rest,{stdio:'inherit',shell});for(const one of['SIGINT','SIGTERM','SIGHUP'])process.on(one,()=>child.kill(one));child.on('error',(error)=>{console.error(error.message);process.exit(127)}).on('exit',(code)=>process.exit(code===null?1:code))",
].join(',');

const WITH_NODE = /^(?:node|npx|npm|pnpm|pnpx|yarn|tsx)(?:\.cmd|\.exe)?$/i;

export interface SharedLaunch extends Launch {
  /** False where Windows could not start it. */
  readonly everywhere: boolean;
}

/** @param program the entry's own command */
export function sharedLaunch(program: string): SharedLaunch {
  if (WITH_NODE.test(program.split(/[\\/]/).at(-1) ?? ''))
    return { command: 'node', args: ['-e', NODE, 'callgrove'], everywhere: true };
  return { command: 'sh', args: ['-c', SH, 'callgrove'], everywhere: false };
}
