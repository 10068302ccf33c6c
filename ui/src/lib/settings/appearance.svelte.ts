/** The look of the window: light, dark, or what the system has. */
import type { Backend } from '../backend/backend';
import type { Theme } from '../backend/types/Theme';

export class Appearance {
  theme = $state<Theme>('system');
  #systemIsDark = $state(false);
  #backend: Backend;

  readonly isDark = $derived(this.theme === 'dark' || (this.theme === 'system' && this.#systemIsDark));

  constructor(backend: Backend) {
    this.#backend = backend;
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    this.#systemIsDark = dark.matches;
    dark.addEventListener('change', () => {
      this.#systemIsDark = dark.matches;
    });
  }

  async load(): Promise<void> {
    this.#wear((await this.#backend.settings()).theme);
  }

  async choose(theme: Theme): Promise<void> {
    this.#wear(theme);
    await this.#backend.saveSettings({ theme });
  }

  #wear(theme: Theme): void {
    this.theme = theme;
    document.documentElement.dataset.theme = theme;
  }
}
