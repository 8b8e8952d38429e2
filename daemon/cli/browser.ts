/** Whether a browser can be opened here, and opening it. The URL carries a one-time code, so it is never a secret for long. */

export interface BrowserFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** Someone sits at a terminal. */
  readonly interactive: boolean;
}

/** Null where a browser can be opened, else why not, for people. */
export function noBrowserBecause({ env, platform, interactive }: BrowserFacts): string | null {
  if (env.CI && env.CI !== 'false' && env.CI !== '0') return 'this is a CI run';
  if (!interactive) return 'this is no terminal';
  if (env.SSH_CONNECTION || env.SSH_TTY) return 'this is an SSH session';
  if (platform === 'darwin' || platform === 'win32') return null;
  // WSL opens the browser of Windows without an X server.
  if (env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME) return null;
  return 'there is no display';
}

/** Opens `url` in the default browser. Returns why it could not, or null. Never waits for the browser to end. */
export async function openBrowser(url: string): Promise<string | null> {
  try {
    const { default: open } = await import('open');
    const child = await open(url);
    child.on('error', () => {});
    child.unref();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
