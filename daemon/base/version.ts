/** Callgrove's own version: put in by the build; sources that run as they stand say `dev`. */
declare const __CALLGROVE_VERSION__: string | undefined;

export const VERSION: string = typeof __CALLGROVE_VERSION__ === 'undefined' ? '0.0.0-dev' : __CALLGROVE_VERSION__;
