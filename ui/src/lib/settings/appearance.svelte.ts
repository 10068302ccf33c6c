/** What a person chose for the window: its look, light, dark or what the system has, and whether plain updates are reviewed. */
import type { Backend } from '../backend/backend';
import type { Theme } from '../backend/types/Theme';

export class Appearance {
  theme = $state<Theme>('system');
  /** Whether an export begins at once when its review finds nothing that needs a decision. */
  skipReview = $state(false);
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
    const settings = await this.#backend.settings();
    this.skipReview = settings.skip_review;
    this.#wear(settings.theme);
  }

  async choose(theme: Theme): Promise<void> {
    this.#wear(theme);
    await this.#save();
  }

  async chooseSkipReview(skipReview: boolean): Promise<void> {
    this.skipReview = skipReview;
    await this.#save();
  }

  async #save(): Promise<void> {
    await this.#backend.saveSettings({ theme: this.theme, skip_review: this.skipReview });
  }

  #wear(theme: Theme): void {
    this.theme = theme;
    document.documentElement.dataset.theme = theme;
  }
}
