/**
 * Tells zod not to compile its schemas: the page's content security policy forbids `eval`, and asking for it alone is
 * reported as a violation. Imported before anything that declares a schema.
 */
import { config } from 'zod';

config({ jitless: true });
