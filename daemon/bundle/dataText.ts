/** JSON stays the same JSON, and holds nothing that a browser takes for the end of an element or of a line. */
export function dataText(json: string): string {
  return json.replace(/[<\u2028\u2029]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
