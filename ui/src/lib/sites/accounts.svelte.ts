/** The stored sites with their accounts, and where sign-ins are kept. */
import type { Backend } from '../backend/backend';
import type { SiteSummary } from '../backend/types/SiteSummary';
import type { StoredSite } from '../backend/types/StoredSite';
import type { VaultState } from '../backend/types/VaultState';

export class Accounts {
  list = $state.raw<readonly StoredSite[]>([]);
  vault = $state<VaultState>();
  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    this.list = await this.#backend.storedSites();
  }

  withId(site: string): StoredSite | undefined {
    return this.list.find((stored) => stored.site.id === site);
  }

  /** A picture of who is signed in, where there is one. */
  pictureOf(site: SiteSummary): string | undefined {
    return this.withId(site.id)?.account.picture ?? undefined;
  }

  async look(): Promise<void> {
    this.vault = await this.#backend.vaultState();
  }

  async keepUntilQuit(): Promise<void> {
    await this.#backend.keepUntilQuit();
    this.vault = 'until-quit';
  }

  async retry(): Promise<void> {
    this.vault = await this.#backend.retryVault();
    await this.load();
  }
}
