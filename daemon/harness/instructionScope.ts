/** When a rule counts, as its head says in the form of its agent. */
import { flagOf, itemsOf, readFrontmatter, textOf } from '../model/frontmatter.ts';
import type { InstructionFile } from '../protocol/harness.ts';
import type { ScopeForm } from './instructionRow.ts';

export interface Scope {
  readonly scope: NonNullable<InstructionFile['scope']> | null;
  readonly counts: 'yes' | 'on_touch' | 'manual';
  /** One sentence, or empty where the head says nothing. */
  readonly why: string;
}

/** An empty or wrong head is none. */
export function scopeOf(form: ScopeForm, text: string): Scope {
  const { fields } = readFrontmatter(text);
  const description = textOf(fields.get('description'))?.slice(0, 500) ?? null;
  const globsOf = (name: string) => itemsOf(fields.get(name)).map((glob) => glob.slice(0, 200));
  const scopeWith = (globs: readonly string[], always: boolean | null) =>
    fields.size === 0 ? null : { globs: globs.slice(0, 50), always, description };
  const touched = (globs: readonly string[]) => `It counts for files that fit ${globs.slice(0, 5).join(', ')}.`;
  switch (form) {
    // https://code.claude.com/docs/en/memory ("Path-specific rules"): without paths a rule always counts.
    case 'paths': {
      const globs = globsOf('paths');
      const always = globs.length === 0 || globs.includes('**') || globs.includes('**/*');
      return { scope: scopeWith(globs, null), counts: always ? 'yes' : 'on_touch', why: always ? '' : touched(globs) };
    }
    // https://code.visualstudio.com/docs/agents/reference/custom-instructions-reference ("applyTo")
    case 'applyTo': {
      const globs = globsOf('applyTo');
      const scope = scopeWith(globs, null);
      if (globs.includes('**') || globs.includes('**/*')) return { scope, counts: 'yes', why: 'Its applyTo fits all.' };
      if (globs.length > 0) return { scope, counts: 'on_touch', why: touched(globs) };
      return { scope, counts: 'manual', why: 'It has no applyTo: it counts when it is added to a request.' };
    }
    // https://cursor.com/docs/context/rules ("Rule anatomy")
    case 'cursor': {
      const globs = globsOf('globs');
      const always = flagOf(fields.get('alwaysApply'));
      const scope = scopeWith(globs, always);
      if (always === true) return { scope, counts: 'yes', why: 'alwaysApply is true.' };
      if (globs.length > 0) return { scope, counts: 'on_touch', why: touched(globs) };
      if (description !== null) return { scope, counts: 'manual', why: 'The model asks for it by its description.' };
      return { scope, counts: 'manual', why: 'It counts when the user names it.' };
    }
    // https://docs.windsurf.com/windsurf/cascade/memories ("Activation modes")
    case 'trigger': {
      const globs = globsOf('globs');
      const trigger = textOf(fields.get('trigger'));
      const scope = scopeWith(globs, trigger === null ? null : trigger === 'always_on');
      if (trigger === 'always_on') return { scope, counts: 'yes', why: 'Its trigger is always_on.' };
      if (trigger === 'glob') return { scope, counts: 'on_touch', why: touched(globs) };
      if (trigger === 'model_decision')
        return { scope, counts: 'manual', why: 'The model asks for it by its description.' };
      return { scope, counts: 'manual', why: 'It counts when the user names it.' };
    }
    default:
      return form satisfies never;
  }
}
