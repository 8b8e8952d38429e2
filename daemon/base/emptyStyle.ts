/**
 * SHA-256 of no bytes, as a content security policy names it: the toolkit of the page asks the browser for `:focus-visible`
 * by one empty style element, and the hash of nothing allows just that.
 */
export const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";
