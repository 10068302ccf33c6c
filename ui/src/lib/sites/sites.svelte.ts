/** The sites that are open, each with its library. */
import type { Backend } from '../backend/backend';
import type { Output } from '../backend/types/Output';
import type { SiteSummary } from '../backend/types/SiteSummary';
import { Library } from '../library/library.svelte';

export class Sites {
  #libraries = $state.raw<readonly Library[]>([]);
  #current = $state<string>();
  #backend: Backend;
  #output: () => Output;

  readonly list = $derived(this.#libraries.map((library) => library.site));
  /** The library that is shown; none when no site is open. */
  readonly library = $derived(
    this.#libraries.find((library) => library.site.id === this.#current) ?? this.#libraries[0],
  );

  /** `output` tells how files are written. */
  constructor(backend: Backend, output: () => Output) {
    this.#backend = backend;
    this.#output = output;
  }

  /** Shows the pages of every site as they are when they are written so. */
  wear(output: Output): void {
    for (const library of this.#libraries) void library.preview.wear(output);
  }

  /** Takes in the sites that are open already. */
  async load(): Promise<void> {
    for (const site of await this.#backend.sites()) this.#add(site);
  }

  async openSample(): Promise<void> {
    this.choose(this.#add(await this.#backend.openSample()).site.id);
  }

  /** Takes in sites that were just signed in to, and shows the first. What is open of them is read anew. */
  take(sites: readonly SiteSummary[]): void {
    const known = sites.flatMap((site) => this.withId(site.id) ?? []);
    for (const site of sites) {
      this.#add(site);
      this.rename(site);
    }
    this.choose(sites[0]?.id);
    for (const library of known) void library.recover();
  }

  rename(site: SiteSummary): void {
    const library = this.withId(site.id);
    if (library !== undefined) library.site = site;
  }

  /** Lets go of a site that is signed out of. */
  remove(site: string): void {
    const isShown = this.library?.site.id === site;
    this.#libraries = this.#libraries.filter((library) => library.site.id !== site);
    if (isShown) this.choose(this.#libraries[0]?.site.id);
  }

  choose(site: string | undefined): void {
    this.#current = site;
    const library = this.library;
    if (library !== undefined && library.spaces.list.length === 0) void library.load();
  }

  withId(site: string): Library | undefined {
    return this.#libraries.find((library) => library.site.id === site);
  }

  #add(site: SiteSummary): Library {
    const known = this.withId(site.id);
    if (known !== undefined) return known;
    const library = new Library(this.#backend, site);
    void library.preview.wear(this.#output());
    this.#libraries = [...this.#libraries, library];
    return library;
  }
}
