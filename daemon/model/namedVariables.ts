/**
 * Which variables a text names: by the forms in which agents' settings, shells and people write them. Names that every
 * login has, and that shape nothing, are left out.
 */
import { isVolatile } from './volatileVariables.ts';

/** `${NAME}`, `${NAME:-else}`, `${env:NAME}`, `{env:NAME}`: as entries of servers have them. */
export function variablesOfEntry(text: string): readonly string[] {
  return namesIn(text, /\$\{(?:env:)?([A-Za-z_]\w{0,99})(?::-[^}]{0,500})?\}|\{env:([A-Za-z_]\w{0,99})\}/g).filter(
    (name) => !/^(?:workspaceFolder|workspaceRoot|userHome|pathSeparator|workspaceFolderBasename)$/.test(name),
  );
}

/** `$NAME`, `${NAME}`, `%NAME%`: as a command line has them. What it sets itself (`NAME=x cmd`) it does not name. */
export function variablesOfCommand(text: string): readonly string[] {
  const own = new Set([...text.matchAll(/(?:^|[\s;&|])([A-Za-z_]\w*)=/g)].map((match) => match[1]));
  return namesIn(text, /\$\{?([A-Za-z_]\w{0,99})|%([A-Za-z_]\w{0,99})%/g).filter((name) => !own.has(name));
}

/**
 * As instructions write them: `` `API_KEY` `` or `` `API_KEY=…` `` between backticks, `$API_KEY`, `${API_KEY}`. Only
 * capitals with an underscore: other words between backticks are rarely variables.
 */
export function variablesOfProse(text: string): readonly string[] {
  return namesIn(text, /`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`\n]{0,200})?`|\$\{?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g);
}

/** Each once, in the order of their names. */
function namesIn(text: string, pattern: RegExp): readonly string[] {
  const found = [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? '');
  return [...new Set(found)].filter((name) => name !== '' && !isVolatile(name)).sort();
}
