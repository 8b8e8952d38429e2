/** A credential without the scheme that stands before it in a header: `Bearer x` and `x` are the same one. */
export function bareCredential(value: string): string {
  return /^[A-Za-z][\w-]{2,20} +(\S.*)$/.exec(value)?.[1] ?? value;
}
