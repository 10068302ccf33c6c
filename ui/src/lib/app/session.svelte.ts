/** Everything that the window holds, and which screen and which sheet is shown. */
import { getContext, setContext } from 'svelte';

import { en } from '../../i18n/en';
import { Announcer } from '../announce/announcer.svelte';
import { asIpcError, type Backend } from '../backend/backend';
import type { AppInfo } from '../backend/types/AppInfo';
import type { Destination } from '../backend/types/Destination';
import type { ExportRequest } from '../backend/types/ExportRequest';
import type { Output } from '../backend/types/Output';
import type { PagePreview } from '../backend/types/PagePreview';
import type { IpcError } from '../backend/types/IpcError';
import type { RunAnswers } from '../backend/types/RunAnswers';
import type { SiteSummary } from '../backend/types/SiteSummary';
import type { Theme } from '../backend/types/Theme';
import type { ConnectionCard } from '../backend/types/ConnectionCard';
import { NO_ANSWERS } from '../export/review.svelte';
import type { ExportRun } from '../export/exportRun.svelte';
import { Runs } from '../export/runs.svelte';
import type { Library } from '../library/library.svelte';
import { Outputs } from '../output/outputs.svelte';
import { Report } from '../report/report.svelte';
import { Layout } from './layout.svelte';
import { Appearance } from '../settings/appearance.svelte';
import { Drag } from '../shelf/drag.svelte';
import { Shelf } from '../shelf/shelf.svelte';
import { Accounts } from '../sites/accounts.svelte';
import type { AddSite } from '../sites/addSite.svelte';
import { Connecting } from '../sites/connecting.svelte';
import { Sites } from '../sites/sites.svelte';

export type Screen = 'starting' | 'welcome' | 'library' | 'report';

export type Sheet =
  | { readonly name: 'settings' | 'sites' | 'palette' | 'shortcuts' }
  | { readonly name: 'add-site'; readonly wizard: AddSite }
  | { readonly name: 'unlock'; readonly card: ConnectionCard }
  | { readonly name: 'review' | 'check'; readonly destination: Destination }
  /** The format and its options: those of a folder, or where there is none, those for the preview and for new folders. */
  | { readonly name: 'output'; readonly destination?: Destination; readonly back?: Sheet }
  | { readonly name: 'run'; readonly run: ExportRun };

export class Session {
  readonly backend: Backend;
  readonly announcer = new Announcer();
  readonly appearance: Appearance;
  readonly outputs: Outputs;
  readonly sites: Sites;
  readonly accounts: Accounts;
  readonly connecting: Connecting = new Connecting(this);
  readonly shelf: Shelf;
  readonly runs: Runs;
  readonly drag = new Drag();
  readonly layout = new Layout();
  info = $state.raw<AppInfo>();
  sheet = $state.raw<Sheet>();
  report = $state.raw<Report>();
  /** The run whose report is shown. */
  reported = $state.raw<ExportRun>();
  /** Why the sample could not be opened, or a link not be followed. */
  error = $state.raw<IpcError>();
  #started = $state(false);

  readonly screen: Screen = $derived.by(() => {
    if (!this.#started) return 'starting';
    if (this.report !== undefined) return 'report';
    return this.sites.library === undefined ? 'welcome' : 'library';
  });

  constructor(backend: Backend) {
    this.backend = backend;
    this.appearance = new Appearance(backend);
    this.outputs = new Outputs(backend);
    this.sites = new Sites(backend, () => this.outputs.last);
    this.accounts = new Accounts(backend);
    this.shelf = new Shelf(backend);
    this.runs = new Runs(backend);
  }

  /** Reads what was kept, shows the first screen and follows the link the app was started with. */
  async start(): Promise<void> {
    try {
      await this.outputs.load();
      const [info] = await Promise.all([
        this.backend.appInfo(),
        this.appearance.load(),
        this.sites.load(),
        this.shelf.load(),
      ]);
      this.info = info;
      this.sites.choose(this.sites.list[0]?.id);
      void this.accounts.load().catch(() => undefined);
      await this.backend.onOpenLink((url) => void this.follow(url));
      await this.backend.onOpenCard(() => void this.connecting.takeDropped());
    } catch (reason) {
      this.error = asIpcError(reason);
    }
    this.#started = true;
    const link = await this.backend.takeOpenLink();
    if (link !== null) await this.follow(link);
    await this.connecting.takeDropped();
  }

  /** Shows another site, and says whose sign-in it is. */
  switchTo(site: SiteSummary): void {
    this.sites.choose(site.id);
    this.announcer.say(en.sites.switched(site.name, site.account ?? ''));
  }

  async openSample(): Promise<void> {
    this.error = undefined;
    try {
      await this.sites.openSample();
    } catch (reason) {
      this.error = asIpcError(reason);
    }
  }

  /** Shows the page of a Confluence address. Says so when it is of no site that is open. */
  async follow(url: string): Promise<boolean> {
    const location = await this.backend.locate(url);
    const library = location === null ? undefined : this.sites.withId(location.site);
    if (location === null || library === undefined) {
      this.announcer.toast(en.links.siteNotOpen);
      return false;
    }
    this.report = undefined;
    this.sheet = undefined;
    this.sites.choose(location.site);
    const isThere = await library.goTo(location.space, location.page);
    if (!isThere) this.announcer.toast(en.links.notThere);
    return isThere;
  }

  /** What is ticked, for a folder, with the answers that lose nothing. */
  requestOf(library: Library, destination: Destination): ExportRequest {
    return {
      site: library.site.id,
      destination: destination.id,
      selection: library.selection.toSelection(),
      output: destination.output,
      answers: NO_ANSWERS,
    };
  }

  /** Begins an export and shows it. */
  export(library: Library, destination: Destination, answers: RunAnswers = NO_ANSWERS): ExportRun {
    const request = { ...this.requestOf(library, destination), answers };
    const run = this.runs.start(request, destination, library.pages);
    this.sheet = { name: 'run', run };
    return run;
  }

  async showReport(run: ExportRun): Promise<void> {
    if (run.id === undefined) return;
    const report = new Report(this.backend, run.id);
    this.sheet = undefined;
    this.reported = run;
    this.report = report;
    await report.show('all');
  }

  async copyMarkdown(page: PagePreview | undefined): Promise<void> {
    if (page !== undefined) await this.copy(page.markdown, en.preview.file.copied);
  }

  async copy(text: string, done: string): Promise<void> {
    if (await this.copied(text)) this.announcer.toast(done);
  }

  /** Copies something whose place shows that it was copied. Answers whether it was. */
  async copied(text: string): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      this.announcer.toast(en.common.notCopied);
      return false;
    }
  }

  async openInBrowser(url: string): Promise<void> {
    await this.attempt(() => this.backend.openInBrowser(url));
  }

  async chooseSkipReview(skip: boolean): Promise<void> {
    await this.attempt(() => this.appearance.chooseSkipReview(skip));
  }

  async chooseTheme(theme: Theme): Promise<void> {
    await this.attempt(() => this.appearance.choose(theme));
  }

  /** Chooses how files are written, to one folder or in general, and shows pages so. */
  async chooseOutput(output: Output, destination?: Destination): Promise<void> {
    if (destination !== undefined) this.shelf.wear(destination.id, output);
    this.sites.wear(output);
    try {
      await this.outputs.choose(output, destination?.id ?? null);
    } catch {
      this.announcer.toast(en.output.kept);
    }
  }

  /** Deletes the sign-in of a site, and the site with it. */
  async signOut(site: SiteSummary): Promise<void> {
    await this.attempt(async () => {
      await this.backend.signOut(site.id);
      this.sites.remove(site.id);
      this.announcer.toast(en.accounts.signedOut(site.name));
      await this.accounts.load();
    });
    if (this.sites.list.length === 0) this.sheet = undefined;
  }

  /** Does something that has no place of its own for words about a failure. */
  async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (reason) {
      this.announcer.toast(en.errors[asIpcError(reason).code].title);
    }
  }

  closeReport(): void {
    this.report = undefined;
    this.reported = undefined;
  }
}

const KEY = Symbol('session');

export function provideSession(session: Session): void {
  setContext(KEY, session);
}

export function useSession(): Session {
  return getContext<Session>(KEY);
}
