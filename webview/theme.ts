/**
 * Gives a page outside of an editor the same body classes that an editor gives its views, from the system's own wishes,
 * and keeps them current. Inside an editor the classes are there already and stay as they are.
 */

const CLASSES = ['vscode-light', 'vscode-dark', 'vscode-high-contrast', 'vscode-high-contrast-light'];

export function watchTheme(): void {
  if (CLASSES.some((name) => document.body.classList.contains(name))) return;
  const light = matchMedia('(prefers-color-scheme: light)');
  const contrast = matchMedia('(prefers-contrast: more), (forced-colors: active)');
  const apply = () => {
    document.body.classList.remove(...CLASSES);
    const kind = contrast.matches
      ? light.matches
        ? 'vscode-high-contrast-light'
        : 'vscode-high-contrast'
      : light.matches
        ? 'vscode-light'
        : 'vscode-dark';
    document.body.classList.add(kind);
    if (contrast.matches) document.body.classList.add('vscode-high-contrast');
    document.body.setAttribute('data-vscode-theme-kind', kind);
  };
  apply();
  light.addEventListener('change', apply);
  contrast.addEventListener('change', apply);
}
