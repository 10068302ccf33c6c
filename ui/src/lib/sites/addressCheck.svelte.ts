/** The address of a site as it was pasted, and what is found there. */
import { asIpcError, type Backend } from '../backend/backend';
import type { IpcError } from '../backend/types/IpcError';
import type { SiteDetection } from '../backend/types/SiteDetection';

export class AddressCheck {
  text = $state('');
  detection = $state.raw<SiteDetection>();
  isBusy = $state(false);
  error = $state.raw<IpcError>();
  #backend: Backend;
  #found: (detection: SiteDetection) => void;
  /** Tells the answer to the text in the field from one to an earlier text. */
  #asked = 0;

  constructor(backend: Backend, found: (detection: SiteDetection) => void) {
    this.#backend = backend;
    this.#found = found;
  }

  edit(text: string): void {
    this.text = text;
    this.#asked += 1;
    this.detection = undefined;
    this.error = undefined;
    this.isBusy = false;
  }

  async detect(): Promise<void> {
    this.edit(this.text);
    const asked = this.#asked;
    this.isBusy = true;
    try {
      const detection = await this.#backend.detectSite(this.text.trim());
      if (asked !== this.#asked) return;
      this.detection = detection;
      this.#found(detection);
    } catch (reason) {
      if (asked !== this.#asked) return;
      this.error = asIpcError(reason);
    }
    this.isBusy = false;
  }
}
