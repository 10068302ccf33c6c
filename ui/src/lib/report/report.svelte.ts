/** The report of a run, read in parts as its list is scrolled. */
import { asIpcError, type Backend } from '../backend/backend';
import type { AttachmentFailure } from '../backend/types/AttachmentFailure';
import type { GonePage } from '../backend/types/GonePage';
import type { IpcError } from '../backend/types/IpcError';
import type { ItemOutcome } from '../backend/types/ItemOutcome';
import type { ReportFilter } from '../backend/types/ReportFilter';
import type { Totals } from '../backend/types/Totals';

/** Lines that are asked for at once. */
const PART = 200;

export class Report {
  readonly run: string;
  filter = $state<ReportFilter>('all');
  totals = $state.raw<Totals>();
  /** Lines that match the filter. */
  count = $state(0);
  items = $state.raw<ReadonlyMap<number, ItemOutcome>>(new Map());
  attachmentsFailed = $state.raw<readonly AttachmentFailure[]>([]);
  gone = $state.raw<readonly GonePage[]>([]);
  error = $state.raw<IpcError>();
  loading = $state(true);
  #backend: Backend;
  #asked = new Set<number>();

  constructor(backend: Backend, run: string) {
    this.#backend = backend;
    this.run = run;
  }

  async show(filter: ReportFilter): Promise<void> {
    this.filter = filter;
    this.items = new Map();
    this.count = 0;
    this.loading = true;
    this.error = undefined;
    this.#asked = new Set();
    await this.ensure(0, 0);
  }

  /** Sees to it that these lines are there, or on their way. */
  async ensure(first: number, last: number): Promise<void> {
    const parts: Promise<void>[] = [];
    for (let part = Math.floor(first / PART); part <= Math.floor(last / PART); part += 1) {
      if (this.#asked.has(part)) continue;
      this.#asked.add(part);
      parts.push(this.#read(part, this.#asked));
    }
    await Promise.all(parts);
  }

  async #read(part: number, asked: Set<number>): Promise<void> {
    try {
      const page = await this.#backend.runReport(this.run, this.filter, part * PART, PART);
      if (asked !== this.#asked) return;
      this.totals = page.totals;
      this.count = page.count;
      this.gone = page.gone;
      this.attachmentsFailed = page.attachments_failed;
      const items = new Map(this.items);
      page.items.forEach((item, at) => items.set(part * PART + at, item));
      this.items = items;
    } catch (reason) {
      if (asked !== this.#asked) return;
      asked.delete(part);
      this.error = asIpcError(reason);
    }
    this.loading = false;
  }
}
