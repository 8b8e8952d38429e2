/** Opens what bundles are made from, for the verbs that make one; says it for people where that cannot be done. */
import { couldNot } from './exit.ts';

export async function openSource(home: string, session: string) {
  const { openExportSource, RulesError } = await import('../exportSource.ts');
  try {
    return openExportSource(home, session);
  } catch (error) {
    if (error instanceof RulesError)
      throw couldNot(`your own rules for what bundles leave out cannot be read: ${error.message}`);
    throw error;
  }
}
