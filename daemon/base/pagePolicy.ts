/** The content security policy of a document that holds the page: nothing but what it names may be loaded, sent or run. */

/**
 * SHA-256 of no bytes, as a content security policy names it: the toolkit of the page asks the browser for `:focus-visible`
 * by one empty style element, and the hash of nothing allows just that.
 */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** @param script and style: sources in the policy's own words; @param more: whole directives beside them */
export function pagePolicy(script: string, style: string, more: readonly string[] = []): string {
  const own = ["default-src 'none'", `script-src ${script}`, `style-src ${style} ${EMPTY_STYLE}`];
  return [...own, ...more, "base-uri 'none'", "form-action 'none'"].join('; ');
}
