/** A made-up export: it goes through the phases of a real one and ends with a report whose sums add up. */
import { decide, type NodeRule, type SpaceRules } from '../../selection/rules';
import type { ExportRequest } from '../types/ExportRequest';
import type { GonePage } from '../types/GonePage';
import type { ItemOutcome } from '../types/ItemOutcome';
import type { Phase } from '../types/Phase';
import type { ReportFilter } from '../types/ReportFilter';
import type { ReportPage } from '../types/ReportPage';
import type { RunEvent } from '../types/RunEvent';
import type { SpaceSelection } from '../types/SpaceSelection';
import type { Totals } from '../types/Totals';
import type { TreeNode } from '../types/TreeNode';

const PHASES: readonly Phase[] = ['reading', 'planning', 'writing', 'downloading'];
const FILES = 38;

export class FakeRun {
  readonly #pages: readonly TreeNode[];
  readonly #written: ReadonlySet<string>;
  readonly #steps: number;
  readonly #isReview: boolean;
  #items: ItemOutcome[] = [];
  #isStopped = false;
  #tell: (event: RunEvent) => void = () => undefined;
  /** Set while the run pauses; called, it goes on. */
  #goOn: (() => void) | undefined;
  #paused: Promise<void> | undefined;

  /** `written` are pages that are in the folder already. */
  constructor(pages: readonly TreeNode[], written: ReadonlySet<string>, steps: number, isReview = false) {
    this.#isReview = isReview;
    this.#pages = pages;
    this.#written = written;
    this.#steps = steps;
  }

  /** Ids of the pages that are in the folder now. */
  get done(): string[] {
    return this.#items.filter((item) => item.outcome !== 'failed').map((item) => item.id);
  }

  stop(): void {
    this.#isStopped = true;
    this.resume();
  }

  pause(): void {
    this.#paused ??= new Promise((goOn) => (this.#goOn = goOn));
    this.#tell({ event: 'held-up', why: 'paused' });
  }

  resume(): void {
    if (this.#goOn === undefined) return;
    this.#goOn();
    this.#goOn = this.#paused = undefined;
    this.#tell({ event: 'goes-on' });
  }

  async go(pause: () => Promise<void>, tell: (event: RunEvent) => void): Promise<void> {
    this.#tell = tell;
    for (const phase of PHASES) {
      const total = phase === 'downloading' ? FILES : this.#pages.length;
      for (let step = 1; step <= this.#steps && !this.#isStopped; step += 1) {
        await pause();
        await this.#paused;
        const done = Math.round((total * step) / this.#steps);
        const title = this.#pages[Math.max(0, Math.min(done, this.#pages.length) - 1)]?.title ?? null;
        tell({ event: 'progress', phase, done, total: phase === 'reading' ? null : total, title });
        if (phase === 'writing') this.#write(done);
      }
    }
    tell({ event: 'finished', totals: this.#totals(), stopped: this.#isStopped });
  }

  report(filter: ReportFilter, offset: number, limit: number): ReportPage {
    const items = [...this.#items, ...this.#rest()].filter((item) => fits(item, filter));
    return {
      totals: this.#totals(),
      items: items.slice(offset, offset + limit),
      count: items.length,
      gone: this.#gone(),
      attachments_failed: this.#isReview
        ? []
        : [
            {
              name: 'beam-pattern.psd',
              page: 'Test stand',
              code: 'download-incomplete',
              message: 'attachment `beam-pattern.psd` arrived with 4096 bytes instead of 918273',
            },
          ],
    };
  }

  #write(done: number): void {
    for (const node of this.#pages.slice(this.#items.length, done)) {
      const line = {
        id: node.id,
        title: node.title,
        path: `Handbook/${node.title}.md`,
        warnings: node.title.length % 3,
        size: 600 + node.title.length * 97,
      };
      if (node.restricted === true) {
        const message = `page \`${node.id}\` is not there or not visible to this account`;
        this.#items.push({
          ...line,
          path: null,
          warnings: 0,
          size: 0,
          outcome: 'failed',
          code: 'page-hidden',
          message,
        });
      } else if (node.title === 'Who to ask') {
        this.#items.push({ ...line, outcome: 'skipped', reason: 'edited' });
      } else {
        this.#items.push({ ...line, outcome: this.#written.has(node.id) ? 'unchanged' : 'created' });
      }
    }
  }

  /** A folder that something was written to has a page that the site has no longer. */
  #gone(): GonePage[] {
    if (this.#written.size === 0) return [];
    const page = { id: '990', title: 'Parking', path: 'Handbook/Parking.md' };
    return [{ ...page, fate: 'trashed', removal: 'kept' }];
  }

  #rest(): ItemOutcome[] {
    return this.#pages.slice(this.#items.length).map((node) => ({
      id: node.id,
      title: node.title,
      path: null,
      warnings: 0,
      size: 0,
      outcome: 'skipped',
      reason: 'stopped',
    }));
  }

  #totals(): Totals {
    const items = [...this.#items, ...this.#rest()];
    const those = (filter: ReportFilter) => items.filter((item) => fits(item, filter)).length;
    return {
      selected: items.length,
      written: those('written'),
      unchanged: those('unchanged'),
      skipped: those('skipped'),
      failed: those('failed'),
      created: those('created'),
      moved: those('moved'),
      edited: those('edited'),
      gone: this.#gone().length,
      removed: 0,
      attachments: FILES,
      attachments_failed: this.#isReview ? 0 : 1,
      requests: 61,
      bytes: 4_812_000,
      seconds: 12.4,
    };
  }
}

function fits(item: ItemOutcome, filter: ReportFilter): boolean {
  if (filter === 'all') return true;
  if (filter === 'notes') return item.warnings > 0;
  const isEdited =
    item.outcome === 'replaced' ||
    item.outcome === 'beside' ||
    (item.outcome === 'skipped' && item.reason === 'edited');
  if (filter === 'edited') return isEdited;
  if (filter === 'written') return !['unchanged', 'skipped', 'failed'].includes(item.outcome);
  return item.outcome === filter;
}

/** The pages that a request takes. */
export function taken(request: ExportRequest, nodesOf: (space: string) => readonly TreeNode[]): TreeNode[] {
  return request.selection.spaces.flatMap((selection) => {
    const nodes = nodesOf(selection.space);
    const parents = new Map(nodes.map((node) => [node.id, node.parent]));
    const rules = rulesIn(selection);
    return nodes.filter((node) => hasBody(node) && decide(rules, pathTo(node.id, parents)));
  });
}

function hasBody(node: TreeNode): boolean {
  return node.kind === 'page' || node.kind === 'blog-post' || node.kind === 'live-doc';
}

function pathTo(id: string, parents: ReadonlyMap<string, string | null>): string[] {
  const path: string[] = [];
  for (let at: string | null | undefined = id; at && !path.includes(at); at = parents.get(at))
    path.unshift(at);
  return path;
}

function rulesIn(selection: SpaceSelection): SpaceRules {
  const nodes = new Map<string, NodeRule>();
  let space = false;
  for (const { target, reach, effect } of selection.rules) {
    const included = effect === 'include';
    if (target === 'space') {
      space = included;
      continue;
    }
    const before = nodes.get(target.node) ?? { self: undefined, below: undefined };
    nodes.set(target.node, {
      self: reach === 'below' ? before.self : included,
      below: reach === 'node' ? before.below : included,
    });
  }
  return { space, nodes };
}
