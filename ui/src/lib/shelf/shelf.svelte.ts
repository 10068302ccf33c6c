/** The folders at hand for exports. */
import { asIpcError, type Backend } from '../backend/backend';
import type { Destination } from '../backend/types/Destination';
import type { IpcError } from '../backend/types/IpcError';
import type { Output } from '../backend/types/Output';

export class Shelf {
  list = $state.raw<readonly Destination[]>([]);
  error = $state.raw<IpcError>();
  #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Reads the shelf anew: a folder may have gone meanwhile. */
  async load(): Promise<void> {
    await this.#attempt(async () => {
      this.list = await this.#backend.destinations();
    });
  }

  withId(id: string): Destination | undefined {
    return this.list.find((destination) => destination.id === id);
  }

  /** Shows at once how files are written to a folder. */
  wear(id: string, output: Output): void {
    this.list = this.list.map((one) => (one.id === id ? { ...one, output } : one));
  }

  /** Asks for a folder and puts it on the shelf. Answers with it, or with nothing when the person changed their mind. */
  async add(): Promise<Destination | undefined> {
    return this.#attempt(async () => {
      const path = await this.#backend.pickFolder();
      if (path === null) return undefined;
      const added = await this.#backend.addDestination(path);
      this.list = await this.#backend.destinations();
      return added;
    });
  }

  /** Takes a folder off the shelf. Its files stay where they are. */
  async remove(id: string): Promise<void> {
    await this.#attempt(async () => {
      await this.#backend.removeDestination(id);
      this.list = await this.#backend.destinations();
    });
  }

  async openFolder(id: string): Promise<void> {
    await this.#attempt(() => this.#backend.openFolder(id));
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    this.error = undefined;
    try {
      return await work();
    } catch (reason) {
      this.error = asIpcError(reason);
      return undefined;
    }
  }
}
