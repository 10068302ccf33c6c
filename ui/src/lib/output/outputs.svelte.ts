/** How files are written, as it was last chosen. Folders of the shelf that come later begin with it. */
import type { Backend } from '../backend/backend';
import type { Output } from '../backend/types/Output';
import { USUAL } from './choices';

export class Outputs {
  last = $state.raw<Output>(USUAL);
  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    this.last = await this.#backend.output();
  }

  /** Keeps a choice, for one folder of the shelf where it was made for one. */
  async choose(output: Output, destination: string | null): Promise<void> {
    this.last = output;
    await this.#backend.keepOutput(output, destination);
  }
}
