/** Where the files of a space would lie, as it is shown while a format is chosen. */
import { asIpcError, type Backend } from '../backend/backend';
import type { IpcError } from '../backend/types/IpcError';
import type { Output } from '../backend/types/Output';
import type { OutputLayout } from '../backend/types/OutputLayout';

export class LayoutShown {
  layout = $state.raw<OutputLayout>();
  error = $state.raw<IpcError>();
  #backend: Backend;
  #site: string;
  #asked = 0;

  constructor(backend: Backend, site: string) {
    this.#backend = backend;
    this.#site = site;
  }

  /** Shows where files lie; the last asking wins. */
  async load(space: string, page: string | null, output: Output): Promise<void> {
    const asked = (this.#asked += 1);
    try {
      const layout = await this.#backend.layout(this.#site, space, page, output);
      if (asked !== this.#asked) return;
      this.layout = layout;
      this.error = undefined;
    } catch (reason) {
      if (asked === this.#asked) this.error = asIpcError(reason);
    }
  }
}
