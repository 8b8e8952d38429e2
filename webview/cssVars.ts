/**
 * Sets CSS custom properties of an element through the object model. The content security policy forbids style
 * attributes, which is what a plain binding or lit's own `styleMap` would write first.
 */
import { noChange } from 'lit-html';
import { Directive, directive, type ElementPart, type PartInfo, PartType } from 'lit-html/directive.js';

type Vars = Readonly<Record<`--${string}`, string>>;

class CssVars extends Directive {
  private before: Vars = {};

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ELEMENT) throw new Error('cssVars belongs on an element');
  }

  render(_vars: Vars) {
    return noChange;
  }

  override update(part: ElementPart, [vars]: [Vars]) {
    const { element } = part;
    if (element instanceof HTMLElement || element instanceof SVGElement) {
      for (const [name, value] of Object.entries(vars)) {
        if (Object.entries(this.before).some(([old, was]) => old === name && was === value)) continue;
        element.style.setProperty(name, value);
      }
    }
    this.before = vars;
    return noChange;
  }
}

/** `<div ${cssVars({ '--bar-start': '10%' })}>`; a property that is no longer named keeps its last value. */
export const cssVars = directive(CssVars);
