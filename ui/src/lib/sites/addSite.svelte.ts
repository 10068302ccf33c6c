/** What is typed and chosen while a site is added, and the step that is shown. Going back loses nothing. */
import { SvelteSet } from 'svelte/reactivity';

import { asIpcError, type Backend } from '../backend/backend';
import type { ConnectionCard } from '../backend/types/ConnectionCard';
import type { IpcError } from '../backend/types/IpcError';
import type { ReturnRoute } from '../backend/types/ReturnRoute';
import type { SetupGuide } from '../backend/types/SetupGuide';
import type { SiteKind } from '../backend/types/SiteKind';
import type { SiteSummary } from '../backend/types/SiteSummary';
import type { StoredSite } from '../backend/types/StoredSite';
import { AddressCheck } from './addressCheck.svelte';
import { Integration } from './integration.svelte';
import { USUAL_ROUTE } from './routes';
import { SignIn } from './signIn.svelte';

export type Step = 'address' | 'permission' | 'sign-in' | 'choose';

/** Who makes the integration; or `token`, where none is needed. */
export type Setup = 'self' | 'other' | 'token';

export class AddSite {
  /** The site of which the sign-in ended, where somebody signs in again. */
  readonly again: StoredSite | undefined;
  readonly where: AddressCheck;
  readonly signIn: SignIn;
  readonly integration = new Integration();
  step = $state<Step>('address');
  /** Whether a step was to be left before it was complete: what is missing is marked. */
  wasTried = $state(false);
  isBusy = $state(false);
  error = $state.raw<IpcError>();
  setup = $state<Setup>();
  guide = $state.raw<SetupGuide>();
  /** Steps of the setup that are ticked as done. */
  readonly done = new SvelteSet<string>();
  email = $state('');
  token = $state('');
  #backend: Backend;
  #finished: (sites: SiteSummary[]) => void;
  /** For which kind of site the way of signing in was proposed. */
  #proposed = '';

  readonly steps = $derived<readonly Step[]>(
    this.setup === 'token'
      ? ['address', 'permission', 'sign-in']
      : ['address', 'permission', 'sign-in', 'choose'],
  );

  /** `finished` is told the sites that are signed in to. */
  constructor(backend: Backend, finished: (sites: SiteSummary[]) => void, again?: StoredSite) {
    this.#backend = backend;
    this.#finished = finished;
    this.where = new AddressCheck(backend, (detection) => this.#propose(detection.kind));
    this.signIn = new SignIn(backend, () => void this.#arrive());
    this.again = again;
    if (again !== undefined) this.#comeBackTo(again);
  }

  get kind(): SiteKind {
    return this.where.detection?.kind ?? 'cloud';
  }

  get host(): string {
    return this.where.detection?.host ?? '';
  }

  get address(): string {
    return this.where.detection?.address ?? this.where.text.trim();
  }

  /** The part of the way that is shown; a change of it moves the focus. */
  get place(): Step | 'waiting' {
    return this.step === 'sign-in' && this.signIn.isWaiting ? 'waiting' : this.step;
  }

  /** Whether the integration has to be typed: it is not when somebody signs in again with the one that is known. */
  get isIntegrationMissing(): boolean {
    if (this.again?.method === 'browser' && this.integration.isEmpty) return false;
    return this.integration.isIncomplete(this.kind);
  }

  /** Fills in what an admin prepared. */
  take(card: ConnectionCard): void {
    this.integration.take(card);
    void this.signIn.cancel();
    // Anybody may have sent the card: nothing is asked of its site before the person wants it.
    this.where.edit(card.address);
    this.setup = 'other';
    this.#proposed = card.kind;
    this.step = 'address';
  }

  /** The card that was taken, when the address is not that of the card any more. */
  get departedCard(): ConnectionCard | undefined {
    const { card } = this.integration;
    const plain = (address: string) => address.trim().replace(/\/+$/, '').toLowerCase();
    const isSame = [this.where.text, this.where.detection?.address ?? this.where.text].some(
      (address) => plain(address) === plain(card?.address ?? ''),
    );
    return isSame ? undefined : card;
  }

  /** Goes back to the address of the card. */
  returnToCard(): void {
    const { card } = this.integration;
    if (card !== undefined) this.where.edit(card.address);
  }

  async go(step: Step): Promise<void> {
    if (this.signIn.isWaiting || this.signIn.phase === 'beginning') await this.signIn.cancel();
    this.step = step;
    this.wasTried = false;
    this.error = undefined;
    if (step === 'permission') await this.#loadGuide();
  }

  async back(): Promise<void> {
    const before = this.steps[this.steps.indexOf(this.step) - 1];
    if (before !== undefined) await this.go(before);
  }

  choose(setup: Setup): void {
    this.setup = setup;
    this.wasTried = false;
  }

  async chooseRoute(route: ReturnRoute): Promise<void> {
    this.integration.route = route;
    await this.#loadGuide();
  }

  /** Goes on from the step that is shown. */
  async advance(): Promise<void> {
    this.wasTried = true;
    if (this.step === 'address') await this.#leaveAddress();
    else if (this.step === 'permission') await this.#leavePermission();
    else if (this.step === 'choose') await this.#finish();
    else if (this.setup === 'token') await this.#connect();
    else if (this.signIn.phase === 'choosing') await this.go('choose');
    else if (this.signIn.phase === 'idle') await this.signIn.begin(this.#request());
  }

  /** Signs in through the same return address, which the person brings back by hand. */
  async pasteInstead(): Promise<void> {
    await this.signIn.begin({ ...this.#request(), by_hand: true });
  }

  /** Forgets what is secret, when the window of it closes. */
  async close(): Promise<void> {
    this.integration.clientSecret = '';
    this.token = '';
    if (this.step === 'choose') this.step = 'sign-in';
    await this.signIn.cancel();
  }

  get #name(): string {
    return this.again?.site.name ?? this.integration.card?.name ?? '';
  }

  async #leaveAddress(): Promise<void> {
    const { text, detection, isBusy } = this.where;
    if (text.trim() === '' || isBusy) return;
    if (detection === undefined) await this.where.detect();
    else if (detection.is_usable) {
      const isPrepared = this.integration.card !== undefined && !this.isIntegrationMissing;
      await this.go(isPrepared && this.setup !== 'token' ? 'sign-in' : 'permission');
    }
  }

  async #leavePermission(): Promise<void> {
    if (this.setup === 'token' || (this.setup !== undefined && !this.isIntegrationMissing)) {
      await this.go('sign-in');
    }
  }

  /** The browser is back. Who signs in again has nothing to choose. */
  async #arrive(): Promise<void> {
    if (this.step !== 'sign-in') return;
    this.step = 'choose';
    this.wasTried = false;
    if (this.again === undefined) return;
    for (const { id, is_known } of this.signIn.sites) if (is_known) this.signIn.chosen.add(id);
    await this.#finish();
  }

  async #finish(): Promise<void> {
    if (this.signIn.phase !== 'choosing' || this.signIn.chosen.size === 0) return;
    const sites = await this.signIn.finish();
    if (sites !== undefined) this.#finished(sites);
  }

  async #connect(): Promise<void> {
    const email = this.kind === 'cloud' ? this.email.trim() : '';
    const token = this.token.trim();
    if (this.isBusy || token === '' || (this.kind === 'cloud' && email === '')) return;
    this.isBusy = true;
    this.error = undefined;
    try {
      const again = this.again?.site.id ?? null;
      const request = { address: this.address, email, token, name: this.#name, again };
      this.#finished([await this.#backend.connectWithToken(request)]);
    } catch (reason) {
      this.error = asIpcError(reason);
    }
    this.isBusy = false;
  }

  #request() {
    return {
      kind: this.kind,
      address: this.address,
      name: this.#name,
      integration: this.integration.isEmpty ? null : this.integration.toInput(),
      again: this.again?.site.id ?? null,
      by_hand: false,
    };
  }

  /** Proposes the way that is usual for a kind of site, unless the person has been asked about it already. */
  #propose(kind: SiteKind): void {
    if (this.#proposed === kind) return;
    this.#proposed = kind;
    this.setup = kind === 'cloud' ? undefined : 'token';
    this.integration.route = USUAL_ROUTE[kind];
  }

  async #loadGuide(): Promise<void> {
    const { route } = this.integration;
    try {
      const guide = await this.#backend.setupGuide(this.kind, route, this.address);
      if (route === this.integration.route) this.guide = guide;
    } catch (reason) {
      this.error = asIpcError(reason);
    }
  }

  #comeBackTo({ site, address, method, account }: StoredSite): void {
    const { kind, host } = site;
    this.where.text = address;
    this.where.detection = { kind, address, host, version: null, checks: [], is_usable: true };
    this.#propose(kind);
    this.setup = method === 'browser' ? 'other' : 'token';
    this.email = account.email ?? '';
    this.step = 'sign-in';
  }
}
