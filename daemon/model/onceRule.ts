/** The rule of a call that passed because the user allowed it once; the grant's id follows. */
export const ONCE_RULE = 'once:';
