/** The page that is shown beside the tree. */
import { asIpcError, type Backend } from '../backend/backend';
import type { IpcError } from '../backend/types/IpcError';
import type { Output } from '../backend/types/Output';
import type { PagePreview } from '../backend/types/PagePreview';
import { USUAL } from '../output/choices';

export type PreviewView = 'rendered' | 'markdown' | 'file';

export interface PreviewTarget {
  readonly space: string;
  readonly page: string;
  readonly title: string;
  /** Titles of what is above the page, from the space down. */
  readonly above: readonly string[];
}

/** Pages that are kept, so that going back shows them at once. */
const KEPT = 30;

export class Preview {
  target = $state.raw<PreviewTarget>();
  page = $state.raw<PagePreview>();
  error = $state.raw<IpcError>();
  loading = $state(false);
  view = $state<PreviewView>('rendered');
  /** The line of the Markdown that a note pointed to, and a count that grows with each pointing. */
  spot = $state.raw({ line: 0, times: 0 });
  /** How files are written: the page is shown as it will be. */
  output = $state.raw<Output>(USUAL);
  #backend: Backend;
  #site: string;
  #kept = new Map<string, PagePreview>();

  constructor(backend: Backend, site: string) {
    this.#backend = backend;
    this.#site = site;
  }

  /** Shows pages as they are when they are written so. The page before stays until the new one is there. */
  async wear(output: Output): Promise<void> {
    if (JSON.stringify(output) === JSON.stringify(this.output)) return;
    this.output = output;
    this.#kept.clear();
    this.spot = { line: 0, times: 0 };
    if (this.target !== undefined) await this.#load(this.target);
  }

  async show(target: PreviewTarget): Promise<void> {
    const isSame = this.target?.page === target.page;
    if (isSame && (this.loading || this.page !== undefined)) return;
    this.target = target;
    this.spot = { line: 0, times: 0 };
    this.error = undefined;
    const kept = this.#kept.get(target.page);
    this.page = kept;
    this.loading = kept === undefined;
    if (kept === undefined) await this.#load(target);
  }

  async retry(): Promise<void> {
    if (this.target === undefined) return;
    this.error = undefined;
    this.loading = true;
    await this.#load(this.target);
  }

  close(): void {
    this.target = undefined;
    this.page = undefined;
    this.error = undefined;
    this.loading = false;
  }

  /** Forgets pages that were shown, because the site was read anew. */
  forget(): void {
    this.#kept.clear();
  }

  /** Shows a line of the Markdown. */
  pointTo(line: number): void {
    this.view = 'markdown';
    this.spot = { line, times: this.spot.times + 1 };
  }

  async #load(target: PreviewTarget): Promise<void> {
    const output = this.output;
    const isWanted = () => this.target === target && this.output === output;
    try {
      const page = await this.#backend.preview(this.#site, target.space, target.page, output);
      if (this.output === output) this.#keep(target.page, page);
      if (isWanted()) [this.page, this.error] = [page, undefined];
    } catch (reason) {
      if (isWanted()) this.error = asIpcError(reason);
    }
    if (isWanted()) this.loading = false;
  }

  #keep(id: string, page: PagePreview): void {
    this.#kept.set(id, page);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
  }
}
