/** Names of arguments that hold what is written, wherever they stand. */
export const CONTENT_NAME =
  /^(?:content|contents|text|data|body|new_?(?:text|string|str|content)|file_?(?:text|content)|code)$/i;
