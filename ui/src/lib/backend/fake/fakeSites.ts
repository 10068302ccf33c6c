/** Sites of the fake: signing in to them, and keeping them. A test plays the browser. */
import type { AccountSummary } from '../types/AccountSummary';
import type { CheckOutcome } from '../types/CheckOutcome';
import type { ReturnRoute } from '../types/ReturnRoute';
import type { SetupGuide } from '../types/SetupGuide';
import type { SignInEvent } from '../types/SignInEvent';
import type { SignInMethod } from '../types/SignInMethod';
import type { SignInRequest } from '../types/SignInRequest';
import type { SignInStarted } from '../types/SignInStarted';
import type { SiteDetection } from '../types/SiteDetection';
import type { SiteKind } from '../types/SiteKind';
import type { SiteSummary } from '../types/SiteSummary';
import type { SiteTest } from '../types/SiteTest';
import type { StoredSite } from '../types/StoredSite';
import type { TokenSignIn } from '../types/TokenSignIn';
import { detected, fault, granted, guide, nameOf, people, permissions } from './fakeSite';
import { FakeVault, type FakeOptions } from './fakeVault';

interface Attempt {
  readonly request: SignInRequest;
  readonly tell: (event: SignInEvent) => void;
}

export class FakeSites extends FakeVault {
  /** Who sits before the browser. */
  person: AccountSummary = people.mara;
  /** Sites of which the sign-in has ended. */
  readonly ended = new Set<string>();
  protected open: SiteSummary[] = [];
  #stored: StoredSite[] = [];
  #attempts: Attempt[] = [];

  constructor(options: FakeOptions = {}) {
    super(options);
    for (const address of options.sites?.split(',') ?? []) {
      const { kind, host, address: base } = detected(address, {});
      const site = this.#keep(kind, host, base, kind === 'cloud' ? 'browser' : 'personal-token');
      if (options.ended !== undefined) this.ended.add(site.id);
      this.person = this.person === people.mara ? people.tomas : people.mara;
    }
    this.person = people.mara;
  }

  sites = async () => this.open;

  async openSample(): Promise<SiteSummary> {
    this.called('openSample');
    const name = 'Sample site';
    return this.#add({
      id: 'sample',
      name,
      host: 'sample.pagelift.app',
      kind: 'sample',
      account: 'Sample reader',
    });
  }

  async detectSite(address: string): Promise<SiteDetection> {
    this.called('detectSite', address);
    await this.pause();
    const outcomes = Object.entries(this.options).flatMap(([name, outcome]) =>
      name.startsWith('check.') ? [[name.slice('check.'.length), outcome as CheckOutcome]] : [],
    );
    return detected(address, Object.fromEntries(outcomes));
  }

  async setupGuide(kind: SiteKind, route: ReturnRoute, address: string | null): Promise<SetupGuide> {
    this.called('setupGuide', kind, route, address);
    return guide(kind, route, address);
  }

  async saveGuide(kind: SiteKind, route: ReturnRoute, address: string | null): Promise<string | null> {
    this.called('saveGuide', kind, route, address);
    return '/home/mara/Documents/Pagelift for admins.txt';
  }

  async beginSignIn(request: SignInRequest, tell: (event: SignInEvent) => void): Promise<SignInStarted> {
    this.called('beginSignIn', request);
    await this.pause();
    this.#attempts.push({ request, tell });
    const route = request.by_hand ? 'paste' : (request.integration?.route ?? 'loopback');
    if (this.options.browser !== 'wait') void this.pause().then(() => this.comeBack());
    const query = `client_id=${request.integration?.client_id ?? 'kept'}&state=made-up`;
    const address = `https://auth.atlassian.example/authorize?audience=api.atlassian.com&${query}`;
    return { attempt: String(this.#attempts.length), address, route, patience: 600 };
  }

  /** The browser comes back to the newest attempt. */
  async comeBack(): Promise<void> {
    const attempt = this.#attempts.at(-1);
    if (attempt === undefined) return;
    attempt.tell({ event: 'exchanging' });
    await this.pause();
    const { again, address } = attempt.request;
    const known = this.#stored.find(({ site }) => site.id === again);
    if (known !== undefined && known.account.name !== this.person.name) {
      attempt.tell({ event: 'failed', error: fault('sign-in-of-another') });
      return;
    }
    const missing = this.options.missing?.split(',') ?? [];
    const sites = granted(new URL(address).host, Number(this.options.more ?? 0), missing);
    const account = this.person;
    attempt.tell({ event: 'choose', account, sites });
  }

  /** Something else is told to the newest attempt. */
  tell(event: SignInEvent): void {
    this.#attempts.at(-1)?.tell(event);
  }

  async pasteCallback(attempt: string, address: string): Promise<void> {
    this.called('pasteCallback', attempt, address);
    if (!address.includes('code=')) throw fault('sign-in-unknown');
    void this.comeBack();
  }

  cancelSignIn = async (attempt: string) => this.called('cancelSignIn', attempt);

  async finishSignIn(attempt: string, sites: string[]): Promise<SiteSummary[]> {
    await this.pause();
    this.called('finishSignIn', attempt, sites);
    const request = this.#attempts[Number(attempt) - 1]?.request;
    if (request === undefined) throw fault('sign-in-unknown');
    return sites.map((host) => this.#keep(request.kind, host, `https://${host}`, 'browser'));
  }

  async connectWithToken(request: TokenSignIn): Promise<SiteSummary> {
    await this.pause();
    this.called('connectWithToken', request);
    const { kind, host, address } = detected(request.address, {});
    return this.#keep(kind, host, address, kind === 'cloud' ? 'api-token' : 'personal-token');
  }

  async storedSites(): Promise<StoredSite[]> {
    return this.#stored.map((one) => ({ ...one, state: this.ended.has(one.site.id) ? 'ended' : one.state }));
  }

  async testSite(site: string): Promise<SiteTest> {
    await this.pause();
    this.called('testSite', site);
    const known = this.#stored.find((one) => one.site.id === site);
    if (this.ended.has(site)) return { account: null, error: fault('sign-in-ended'), missing: [] };
    return { account: known?.account.name ?? null, error: null, missing: known?.missing ?? [] };
  }

  async renameSite(site: string, name: string): Promise<SiteSummary> {
    this.called('renameSite', site, name);
    const known = this.#stored.find((one) => one.site.id === site);
    if (known === undefined) throw fault('usage-invalid');
    const renamed = { ...known.site, name };
    this.#stored = this.#stored.map((one) => (one === known ? { ...one, site: renamed } : one));
    return this.#add(renamed);
  }

  async signOut(site: string): Promise<void> {
    this.called('signOut', site);
    this.open = this.open.filter(({ id }) => id !== site);
    this.#stored = this.#stored.filter((one) => one.site.id !== site);
  }

  protected signedIn(site: string): void {
    if (this.ended.has(site)) throw fault('sign-in-ended');
  }

  #add(site: SiteSummary): SiteSummary {
    const isKnown = this.open.some(({ id }) => id === site.id);
    this.open = isKnown ? this.open.map((one) => (one.id === site.id ? site : one)) : [...this.open, site];
    return site;
  }

  #keep(kind: SiteKind, host: string, address: string, method: SignInMethod): SiteSummary {
    const account = this.person;
    const id = `${host}-${account.name.split(' ')[0]?.toLowerCase()}`;
    this.ended.delete(id);
    const site = this.#add({ id, name: nameOf(host), host, kind, account: account.name });
    const missing = this.options.missing?.split(',') ?? [];
    const kept: StoredSite = {
      site,
      address,
      method,
      account,
      state: 'ready',
      until_quit: this.vault === 'until-quit',
      permissions: method === 'browser' ? permissions.filter((name) => !missing.includes(name)) : [],
      missing: method === 'browser' ? missing : [],
      days_left: method === 'personal-token' ? 9 : null,
    };
    this.#stored = [...this.#stored.filter((one) => one.site.id !== id), kept];
    return site;
  }
}
