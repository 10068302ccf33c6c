/** The ways into the wizard: a new site, a sign-in that ended, a connection card. */
import { en } from '../../i18n/en';
import type { Session, Sheet } from '../app/session.svelte';
import { asIpcError } from '../backend/backend';
import type { ConnectionCard } from '../backend/types/ConnectionCard';
import type { IpcError } from '../backend/types/IpcError';
import type { SiteSummary } from '../backend/types/SiteSummary';
import { AddSite } from './addSite.svelte';

export class Connecting {
  /** Why a card could not be opened. */
  error = $state.raw<IpcError>();
  #session: Session;
  /** What was typed for a new site, until the site is there. */
  #draft: AddSite | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Opens the wizard, with what was typed before. */
  add(): void {
    this.error = undefined;
    this.#draft ??= new AddSite(this.#session.backend, (sites) => void this.#finish(sites, en.connect.done));
    this.#session.sheet = { name: 'add-site', wizard: this.#draft };
  }

  /** Asks for a new sign-in to a site that is stored, and goes on to `back` after it. */
  again(site: string, back?: Sheet): void {
    const { accounts, backend } = this.#session;
    const stored = accounts.withId(site);
    if (stored === undefined) return this.add();
    const finished = (sites: SiteSummary[]) => void this.#finish(sites, en.connect.doneAgain, back);
    this.#session.sheet = { name: 'add-site', wizard: new AddSite(backend, finished, stored) };
  }

  /** Lets the person choose the file of a card. */
  async open(): Promise<void> {
    await this.#receive(() => this.#session.backend.openCard());
  }

  /** Takes the card that was double-clicked or dropped on the window. */
  async takeDropped(): Promise<void> {
    await this.#receive(() => this.#session.backend.takeCard());
  }

  /** Opens the secret of a card. Answers with what went wrong, or with nothing. */
  async unlock(card: ConnectionCard, passphrase: string): Promise<IpcError | undefined> {
    try {
      this.use(await this.#session.backend.unlockCard(card.id, passphrase));
      return undefined;
    } catch (reason) {
      return asIpcError(reason);
    }
  }

  /** Fills the wizard with a card. */
  use(card: ConnectionCard): void {
    this.add();
    this.#draft?.take(card);
  }

  async #receive(find: () => Promise<ConnectionCard | null>): Promise<void> {
    this.error = undefined;
    try {
      const card = await find();
      if (card?.secret === 'sealed') this.#session.sheet = { name: 'unlock', card };
      else if (card !== null) this.use(card);
    } catch (reason) {
      this.error = asIpcError(reason);
      const { title } = en.errors[this.error.code];
      const isSeen = this.#session.screen === 'welcome' || this.#session.sheet?.name === 'add-site';
      if (!isSeen) this.#session.announcer.toast(title);
    }
  }

  async #finish(
    sites: SiteSummary[],
    words: (site: string, n: number) => string,
    back?: Sheet,
  ): Promise<void> {
    const { accounts, announcer } = this.#session;
    if (words === en.connect.done) this.#draft = undefined;
    this.#session.sheet = back;
    this.#session.sites.take(sites);
    announcer.toast(words(sites[0]?.name ?? '', sites.length));
    await accounts.load().catch(() => undefined);
    const isShort = sites.some(({ id }) => accounts.withId(id)?.until_quit);
    if (isShort) announcer.toast(en.accounts.vault['until-quit'].title);
  }
}
