/** What an export would do, found out before it begins, and what a person answers to it. */
import { asIpcError, type Backend } from '../backend/backend';
import type { ExportRequest } from '../backend/types/ExportRequest';
import type { IpcError } from '../backend/types/IpcError';
import type { ReportFilter } from '../backend/types/ReportFilter';
import type { RunAnswers } from '../backend/types/RunAnswers';
import type { RunEvent } from '../backend/types/RunEvent';
import type { Totals } from '../backend/types/Totals';
import { Report } from '../report/report.svelte';

export type Edited = RunAnswers['edited'];

/** The answers that lose nothing. */
export const NO_ANSWERS: RunAnswers = { edited: 'keep', edited_pages: {}, gone: 'keep' };

/** More files than this need a second word before they go, where they are also more than a fifth. */
const MANY = 10;

export class Review {
  state = $state<'looking' | 'ready' | 'failed'>('looking');
  done = $state(0);
  totals = $state.raw<Totals>();
  report = $state.raw<Report>();
  error = $state.raw<IpcError>();
  edited = $state<Edited>('keep');
  editedPages = $state.raw<Readonly<Record<string, Edited>>>({});
  removesGone = $state(false);
  #backend: Backend;
  #id: string | undefined;
  #isClosed = false;

  readonly needsDecision = $derived(
    this.totals !== undefined && this.totals.edited + this.totals.gone + this.totals.failed > 0,
  );
  /** Pages that will be written, as answered. */
  readonly writes = $derived.by(() => {
    if (this.totals === undefined) return 0;
    const kept = Object.values(this.editedPages).filter((one) => one === 'keep').length;
    const own = Object.keys(this.editedPages).length;
    const edited = (this.edited === 'keep' ? 0 : this.totals.edited - own) + own - kept;
    return this.totals.written + edited;
  });
  readonly answers: RunAnswers = $derived({
    edited: this.edited,
    edited_pages: { ...this.editedPages },
    gone: this.removesGone ? ((this.totals?.gone ?? 0) > MANY ? 'remove-many' : 'remove') : 'keep',
  });

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async start(request: ExportRequest): Promise<void> {
    try {
      this.#id = await this.#backend.startReview(request, (event) => void this.#hear(event));
      if (this.#isClosed) this.close();
    } catch (reason) {
      this.#fail(asIpcError(reason));
    }
  }

  /** Ends the search. What comes later is not heard. */
  close(): void {
    this.#isClosed = true;
    if (this.#id !== undefined && this.state === 'looking') void this.#backend.stopExport(this.#id);
  }

  /** One answer for all files, in place of those for single ones. */
  answerAll(edited: Edited): void {
    this.edited = edited;
    this.editedPages = {};
  }

  answer(page: string, edited: Edited): void {
    this.editedPages = { ...this.editedPages, [page]: edited };
  }

  answerTo(page: string): Edited {
    return this.editedPages[page] ?? this.edited;
  }

  show(filter: ReportFilter): void {
    void this.report?.show(filter);
  }

  async #hear(event: RunEvent): Promise<void> {
    if (this.#isClosed) return;
    if (event.event === 'progress') this.done = event.done;
    if (event.event === 'failed') this.#fail(event.error);
    if (event.event !== 'finished' || event.stopped || this.#id === undefined) return;
    const report = new Report(this.#backend, this.#id);
    await report.show(event.totals.written > 0 ? 'written' : 'all');
    this.totals = event.totals;
    this.report = report;
    this.state = 'ready';
  }

  #fail(error: IpcError): void {
    this.error = error;
    this.state = 'failed';
  }
}
