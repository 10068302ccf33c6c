/** An engine without a site: for a plain browser and for tests. What it answers is the same each time. */
import type { Backend } from '../backend';
import type { AppInfo } from '../types/AppInfo';
import type { Destination } from '../types/Destination';
import type { ExportRequest } from '../types/ExportRequest';
import type { FileFinding } from '../types/FileFinding';
import type { FolderCheck } from '../types/FolderCheck';
import type { Location } from '../types/Location';
import type { Output } from '../types/Output';
import type { OutputLayout } from '../types/OutputLayout';
import type { PagePreview } from '../types/PagePreview';
import type { ReportFilter } from '../types/ReportFilter';
import type { ReportPage } from '../types/ReportPage';
import type { RunEvent } from '../types/RunEvent';
import type { Settings } from '../types/Settings';
import type { SpaceSummary } from '../types/SpaceSummary';
import type { TreeBatch } from '../types/TreeBatch';
import type { TreeNode } from '../types/TreeNode';
import { USUAL } from '../../output/choices';
import { fakeLayout, pathOf } from './fakeLayout';
import { FakeRun, taken } from './fakeRun';
import { fault } from './fakeSite';
import { FakeSites } from './fakeSites';
import { samplePage } from './samplePage';
import { nodesOf, spaces } from './sampleTree';

const BATCH = 250;

/** What is wrong with a folder, where it is to be damaged. */
const DAMAGE: FileFinding[] = [
  { path: 'Product Docs/Ember headlight.md', fault: 'changed', page: '65' },
  { path: 'Product Docs/attachments/Ember headlight/colour-slate.png', fault: 'missing', page: '65' },
  { path: 'Product Docs/notes.txt', fault: 'extra', page: null },
];
const BEHIND: FileFinding[] = [{ path: 'Product Docs.md', fault: 'behind', page: '1' }];

export class FakeBackend extends FakeSites implements Backend {
  /** What the folder dialog answers. */
  folder: string | null = '/home/mara/Documents/Vault';
  openLink: string | null = null;

  #settings: Settings = { theme: 'system', skip_review: false };
  #output: Output = USUAL;
  #destinations: Destination[] = [];
  #runs = new Map<string, FakeRun>();
  #written = new Map<string, Set<string>>();
  #trees = new Map<string, TreeNode[]>();
  #listeners = new Set<(url: string) => void>();

  appInfo = async (): Promise<AppInfo> => ({ version: '0.1.0', platform: 'linux' });

  settings = async () => this.#settings;

  async saveSettings(settings: Settings): Promise<void> {
    this.called('saveSettings', settings);
    this.#settings = settings;
  }

  async spaces(site: string): Promise<SpaceSummary[]> {
    this.called('spaces', site);
    this.signedIn(site);
    await this.pause();
    return [...spaces];
  }

  async loadTree(site: string, space: string, onBatch: (batch: TreeBatch) => void): Promise<void> {
    this.called('loadTree', site, space);
    this.signedIn(site);
    const nodes = this.#nodes(space);
    for (let at = 0; at < nodes.length; at += BATCH) {
      await this.pause();
      onBatch({ nodes: nodes.slice(at, at + BATCH) });
    }
  }

  async preview(site: string, space: string, page: string, output: Output): Promise<PagePreview> {
    this.called('preview', site, space, page, output);
    this.signedIn(site);
    await this.pause();
    const node = this.#nodes(space).find(({ id }) => id === page);
    if (node === undefined) throw fault('page-hidden');
    return samplePage(node, pathOf(node, this.#nodes(space), nameOf(space), output), output);
  }

  async layout(site: string, space: string, page: string | null, output: Output): Promise<OutputLayout> {
    this.called('layout', site, space, page, output);
    await this.pause();
    return fakeLayout(this.#nodes(space), page, nameOf(space), output);
  }

  output = async () => this.#output;

  async keepOutput(output: Output, destination: string | null): Promise<void> {
    this.called('keepOutput', output, destination);
    this.#output = output;
    this.#destinations = this.#destinations.map((one) => (one.id === destination ? { ...one, output } : one));
  }

  destinations = async () => [...this.#destinations];

  pickFolder = async () => this.folder;

  async addDestination(path: string): Promise<Destination> {
    this.called('addDestination', path);
    const known = this.#destinations.find((destination) => destination.path === path);
    if (known !== undefined) return known;
    const name = path.split('/').pop() ?? path;
    const added = {
      id: String(this.#destinations.length + 1),
      name,
      path,
      exists: true,
      output: this.#output,
    };
    this.#destinations = [...this.#destinations, added];
    return added;
  }

  async removeDestination(id: string): Promise<void> {
    this.#destinations = this.#destinations.filter((destination) => destination.id !== id);
  }

  openFolder = async (destination: string) => this.called('openFolder', destination);

  async checkFolder(destination: string, withSite: boolean): Promise<FolderCheck> {
    this.called('checkFolder', destination, withSite);
    await this.pause();
    const findings: FileFinding[] = this.options.damaged ? [...DAMAGE, ...(withSite ? BEHIND : [])] : [];
    return { files: 64, findings, count: findings.length, site: 'Sample' };
  }

  async startExport(request: ExportRequest, onEvent: (event: RunEvent) => void): Promise<string> {
    this.called('startExport', request);
    this.signedIn(request.site);
    const id = `run-${this.#runs.size + 1}`;
    const before = this.#written.get(request.destination) ?? new Set();
    const pages = taken(request, (space) => this.#nodes(space));
    const run = new FakeRun(pages, before, Number(this.options.steps ?? 20));
    this.#runs.set(id, run);
    const going = run.go(() => this.pause(), onEvent);
    void going.then(() => this.#written.set(request.destination, new Set([...before, ...run.done])));
    return id;
  }

  async startReview(request: ExportRequest, onEvent: (event: RunEvent) => void): Promise<string> {
    this.called('startReview', request);
    this.signedIn(request.site);
    const id = `review-${this.#runs.size + 1}`;
    const before = this.#written.get(request.destination) ?? new Set();
    const pages = taken(request, (space) => this.#nodes(space));
    const run = new FakeRun(pages, before, Number(this.options.steps ?? 20), true);
    this.#runs.set(id, run);
    void run.go(() => this.pause(), onEvent);
    return id;
  }

  async stopExport(run: string): Promise<void> {
    this.called('stopExport', run);
    this.#runs.get(run)?.stop();
  }

  async pauseExport(run: string): Promise<void> {
    this.called('pauseExport', run);
    this.#runs.get(run)?.pause();
  }

  async resumeExport(run: string): Promise<void> {
    this.called('resumeExport', run);
    this.#runs.get(run)?.resume();
  }

  async runReport(run: string, filter: ReportFilter, offset: number, limit: number): Promise<ReportPage> {
    this.called('runReport', run, filter, offset, limit);
    const known = this.#runs.get(run);
    if (known === undefined) throw fault('usage-invalid');
    return known.report(filter, offset, limit);
  }

  async saveReport(run: string, about: string): Promise<string | null> {
    this.called('saveReport', run, about);
    return '/home/mara/Documents/Report.html';
  }

  openInBrowser = async (url: string) => this.called('openInBrowser', url);

  async locate(url: string): Promise<Location | null> {
    const [, page] = /\/pages\/([\w~-]+)/.exec(url) ?? [];
    const site = this.open[0];
    if (page === undefined || site === undefined) return null;
    const space = spaces.find(({ key }) => this.#nodes(key).some(({ id }) => id === page));
    return { site: site.id, space: space?.key ?? 'HB', page };
  }

  takeOpenLink = async () => this.openLink;

  async onOpenLink(listener: (url: string) => void): Promise<() => void> {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A link arrives while the window is open. */
  arrive(url: string): void {
    for (const listener of this.#listeners) listener(url);
  }

  #nodes(space: string): TreeNode[] {
    const nodes = this.#trees.get(space) ?? nodesOf(space, Number(this.options.pages ?? 320));
    this.#trees.set(space, nodes);
    return nodes;
  }
}

function nameOf(space: string): string {
  return spaces.find(({ key }) => key === space)?.name ?? space;
}
