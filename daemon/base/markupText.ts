/** Any text as HTML has it in an element or between an attribute's quotes: nothing of it becomes markup. */
export function markupText(text: string): string {
  return text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);
}
