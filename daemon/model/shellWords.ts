/** Words as they are typed in a shell, for command lines that people copy. */

/** Plain words stand as they are, all others in single quotes; nothing in them is taken for anything but itself. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

function shellWord(word: string): string {
  // A leading ~ stands for the home folder, unquoted alone.
  const home = /^~(?:$|\/)/.exec(word)?.[0] ?? '';
  const rest = word.slice(home.length);
  if (rest === '' && home === '') return "''";
  return home + (/^[\w@%+=:,./-]*$/.test(rest) ? rest : `'${rest.replaceAll("'", `'\\''`)}'`);
}
