/** One sign-in with the browser, from the press of the button to the choice of sites. */
import { SvelteSet } from 'svelte/reactivity';

import { asIpcError, type Backend } from '../backend/backend';
import type { AccountSummary } from '../backend/types/AccountSummary';
import type { GrantedSite } from '../backend/types/GrantedSite';
import type { IpcError } from '../backend/types/IpcError';
import type { SignInEvent } from '../backend/types/SignInEvent';
import type { SignInRequest } from '../backend/types/SignInRequest';
import type { SignInStarted } from '../backend/types/SignInStarted';
import type { SiteSummary } from '../backend/types/SiteSummary';

/** `waiting` for the browser, `exchanging` what it brought, `choosing` among sites. */
export type SignInPhase = 'idle' | 'beginning' | 'waiting' | 'exchanging' | 'choosing' | 'keeping';

export class SignIn {
  phase = $state<SignInPhase>('idle');
  started = $state.raw<SignInStarted>();
  secondsLeft = $state(0);
  /** Something keeps answering in place of the browser. */
  isDisturbed = $state(false);
  error = $state.raw<IpcError>();
  /** What is pasted from the browser, and what is wrong with it. */
  pasted = $state('');
  pasteError = $state.raw<IpcError>();
  account = $state.raw<AccountSummary>();
  sites = $state.raw<readonly GrantedSite[]>([]);
  readonly chosen = new SvelteSet<string>();
  #backend: Backend;
  #arrived: () => void;
  /** Tells events of an earlier attempt from those of this one. */
  #serial = 0;
  #clock: ReturnType<typeof setInterval> | undefined;

  /** `arrived` is called when sites can be chosen. */
  constructor(backend: Backend, arrived: () => void) {
    this.#backend = backend;
    this.#arrived = arrived;
  }

  /** Whether the browser has been asked and has not come back. */
  get isWaiting(): boolean {
    return this.phase === 'waiting' || this.phase === 'exchanging';
  }

  async begin(request: SignInRequest): Promise<void> {
    this.#forget();
    const serial = this.#serial;
    this.phase = 'beginning';
    try {
      const started = await this.#backend.beginSignIn(request, (event) => {
        if (serial === this.#serial) this.#hear(event);
      });
      if (serial === this.#serial) await this.#wait(started);
      else await this.#backend.cancelSignIn(started.attempt);
    } catch (reason) {
      if (serial === this.#serial) this.#fail(asIpcError(reason));
    }
  }

  /** Shows the question of the site in the system's browser, once more. */
  async openBrowser(): Promise<void> {
    if (this.started === undefined) return;
    try {
      await this.#backend.openInBrowser(this.started.address);
    } catch (reason) {
      this.error = { ...asIpcError(reason), code: 'browser-missing' };
    }
  }

  /** Hands over the address at which the browser ended. */
  async paste(): Promise<void> {
    const address = this.pasted.trim();
    if (this.started === undefined || address === '') return;
    const serial = this.#serial;
    this.pasteError = undefined;
    try {
      await this.#backend.pasteCallback(this.started.attempt, address);
    } catch (reason) {
      if (serial === this.#serial) this.pasteError = asIpcError(reason);
    }
  }

  /** Gives the sign-in up. Nothing is kept of it. */
  async cancel(): Promise<void> {
    const attempt = this.started?.attempt;
    this.#forget();
    try {
      if (attempt !== undefined) await this.#backend.cancelSignIn(attempt);
    } catch {
      // It is over either way.
    }
  }

  /** Keeps the sign-in for the chosen sites; nothing when that failed. */
  async finish(): Promise<SiteSummary[] | undefined> {
    const attempt = this.started?.attempt;
    if (attempt === undefined) return undefined;
    this.error = undefined;
    this.phase = 'keeping';
    try {
      const sites = await this.#backend.finishSignIn(attempt, [...this.chosen]);
      this.#forget();
      return sites;
    } catch (reason) {
      this.error = asIpcError(reason);
      this.phase = 'choosing';
      return undefined;
    }
  }

  toggle(site: string): void {
    if (!this.chosen.delete(site)) this.chosen.add(site);
  }

  /** The browser may be back already, where the sign-in was remembered there. */
  async #wait(started: SignInStarted): Promise<void> {
    this.started = started;
    if (this.phase === 'choosing') this.#arrived();
    if (this.phase !== 'beginning') return;
    this.phase = 'waiting';
    this.#countDown(started.patience);
    if (started.route === 'paste') await this.openBrowser();
  }

  #hear(event: SignInEvent): void {
    if (event.event === 'disturbed') this.isDisturbed = true;
    else if (event.event === 'failed' && event.error.code === 'browser-missing') this.error = event.error;
    else if (event.event === 'failed') this.#fail(event.error);
    else if (event.event === 'exchanging') {
      this.error = undefined;
      this.phase = 'exchanging';
    } else this.#choose(event.account, event.sites);
  }

  #choose(account: AccountSummary, sites: GrantedSite[]): void {
    clearInterval(this.#clock);
    this.account = account;
    this.sites = sites.toSorted((a, b) => Number(b.is_wanted) - Number(a.is_wanted));
    this.chosen.clear();
    for (const site of sites) if (site.is_wanted || sites.length === 1) this.chosen.add(site.id);
    this.pasted = '';
    this.error = undefined;
    this.phase = 'choosing';
    if (this.started !== undefined) this.#arrived();
  }

  #fail(error: IpcError): void {
    this.#forget();
    this.error = error;
  }

  #forget(): void {
    this.#serial += 1;
    clearInterval(this.#clock);
    this.phase = 'idle';
    this.started = undefined;
    this.isDisturbed = false;
    this.error = undefined;
    this.pasted = '';
    this.pasteError = undefined;
    this.account = undefined;
    this.sites = [];
    this.chosen.clear();
  }

  #countDown(patience: number): void {
    const end = Date.now() + patience * 1000;
    const tell = () => (this.secondsLeft = Math.max(0, Math.round((end - Date.now()) / 1000)));
    tell();
    this.#clock = setInterval(tell, 1000);
  }
}
