/** The ground of the fake: what is called is written down and can be made to fail. With its keychain and its connection cards. */
import type { CardRequest } from '../types/CardRequest';
import type { CardSecret } from '../types/CardSecret';
import type { ConnectionCard } from '../types/ConnectionCard';
import type { ErrorCode } from '../types/ErrorCode';
import type { VaultState } from '../types/VaultState';
import { fault, sampleCard } from './fakeSite';

/** As they stand in the address of a page: `?pages=50000&fail.preview=page-hidden&pause=200&check.clock=doubtful`. */
export interface FakeOptions {
  /** Pages of the space DOCS. */
  pages?: string;
  /** Milliseconds between two steps; 0 for none. */
  pause?: string;
  /** Steps of each part of an export. */
  steps?: string;
  /** Addresses of sites that are signed in to at the start, with commas between. */
  sites?: string;
  /** What the person does in the browser; `accept` unless told. */
  browser?: 'accept' | 'wait';
  /** Whether the sign-ins of these have ended. */
  ended?: string;
  /** Sites that a sign-in opens beside the one that was asked for. */
  more?: string;
  /** Permissions that are not granted, with commas between. */
  missing?: string;
  vault?: VaultState;
  /** Whether files of exports are found to be damaged. */
  damaged?: string;
  /** There is a connection card to open, with its secret so. */
  card?: CardSecret;
  /** `fail.method`: the error with which a method answers. `check.what`: how a check ends. */
  [other: `${'fail' | 'check'}.${string}`]: string;
}

export class FakeVault {
  /** Every call, in order, for tests. */
  readonly calls: unknown[][] = [];
  readonly fail: Record<string, ErrorCode> = {};
  /** What the dialog for a card answers. */
  card: ConnectionCard | null = null;
  /** What was double-clicked before the window was there. */
  dropped: ConnectionCard | null = null;
  protected options: FakeOptions;
  protected vault: VaultState;
  #listeners = new Set<() => void>();

  constructor(options: FakeOptions = {}) {
    this.options = options;
    this.vault = options.vault ?? 'kept';
    if (options.card !== undefined) this.card = sampleCard(options.card);
    for (const [name, code] of Object.entries(options)) {
      if (name.startsWith('fail.')) this.fail[name.slice('fail.'.length)] = code as ErrorCode;
    }
  }

  vaultState = async () => this.vault;

  async keepUntilQuit(): Promise<void> {
    this.called('keepUntilQuit');
    this.vault = 'until-quit';
    delete this.fail.finishSignIn;
    delete this.fail.connectWithToken;
  }

  async retryVault(): Promise<VaultState> {
    this.called('retryVault');
    this.vault = 'kept';
    return this.vault;
  }

  async saveCard(request: CardRequest): Promise<string | null> {
    this.called('saveCard', request);
    const { passphrase } = request;
    if (passphrase !== null && passphrase.length < 12) throw fault('passphrase-short');
    return '/home/mara/Documents/Larkspoke.pagelift-site';
  }

  async openCard(): Promise<ConnectionCard | null> {
    this.called('openCard');
    return this.card;
  }

  async unlockCard(card: string, passphrase: string): Promise<ConnectionCard> {
    await this.pause();
    this.called('unlockCard', card, passphrase);
    if (this.card === null || passphrase !== 'heron') throw fault('passphrase-wrong');
    return { ...this.card, secret: 'open' };
  }

  async takeCard(): Promise<ConnectionCard | null> {
    this.called('takeCard');
    const card = this.dropped;
    this.dropped = null;
    return card;
  }

  async onOpenCard(listener: () => void): Promise<() => void> {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A card is double-clicked, or dropped on the window. */
  dropCard(card: ConnectionCard): void {
    this.card = card;
    this.dropped = card;
    for (const listener of this.#listeners) listener();
  }

  protected called(method: string, ...given: unknown[]): void {
    this.calls.push([method, ...given]);
    const code = this.fail[method];
    if (code !== undefined) throw fault(code);
  }

  protected pause(): Promise<void> {
    const milliseconds = Number(this.options.pause ?? 60);
    return milliseconds === 0 ? Promise.resolve() : new Promise((done) => setTimeout(done, milliseconds));
  }
}
