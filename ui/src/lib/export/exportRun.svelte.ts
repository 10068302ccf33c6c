/** One export, from the press of the button to its end. */
import { asIpcError, type Backend } from '../backend/backend';
import type { Destination } from '../backend/types/Destination';
import type { ExportRequest } from '../backend/types/ExportRequest';
import type { Holdup } from '../backend/types/Holdup';
import type { IpcError } from '../backend/types/IpcError';
import type { Phase } from '../backend/types/Phase';
import type { RunEvent } from '../backend/types/RunEvent';
import type { Totals } from '../backend/types/Totals';

export type RunState = 'running' | 'stopping' | 'finished' | 'stopped' | 'failed';

/** Where each part of a run begins and ends on the bar, of a whole of 1. */
const SHARES: Record<Phase, readonly [number, number]> = {
  reading: [0, 0.4],
  planning: [0.4, 0.42],
  writing: [0.42, 0.78],
  downloading: [0.78, 1],
};

/** Before this, what is left cannot be told. */
const FIRST_GUESS_SECONDS = 5;

export class ExportRun {
  readonly destination: Destination;
  /** Pages that were ticked when the run began. */
  readonly pages: number;
  /** The site that is read. */
  site = '';
  id = $state<string>();
  state = $state<RunState>('running');
  phase = $state<Phase>('reading');
  done = $state(0);
  total = $state<number>();
  /** The page or file that was just done. */
  title = $state<string>();
  /** When work goes on, while the site asked for a pause. */
  waitingUntil = $state<string>();
  /** Why it stands still, while it does. */
  heldUp = $state<Holdup>();
  /** How much is done, of 1. It never goes back. */
  fraction = $state(0);
  seconds = $state(0);
  totals = $state.raw<Totals>();
  error = $state.raw<IpcError>();
  #backend: Backend;
  #now: () => number;
  #began: number;

  readonly isOver = $derived(this.state !== 'running' && this.state !== 'stopping');
  readonly secondsLeft = $derived(
    this.seconds < FIRST_GUESS_SECONDS || this.fraction < 0.02
      ? undefined
      : (this.seconds / this.fraction) * (1 - this.fraction),
  );

  constructor(
    backend: Backend,
    destination: Destination,
    pages: number,
    now: () => number = () => Date.now(),
  ) {
    this.#backend = backend;
    this.destination = destination;
    this.pages = pages;
    this.#now = now;
    this.#began = now();
  }

  async start(request: ExportRequest): Promise<void> {
    this.site = request.site;
    try {
      this.id = await this.#backend.startExport(request, (event) => this.#hear(event));
      if (this.state === 'stopping') await this.#backend.stopExport(this.id);
    } catch (reason) {
      this.#fail(asIpcError(reason));
    }
  }

  async stop(): Promise<void> {
    if (this.isOver) return;
    this.state = 'stopping';
    if (this.id !== undefined) await this.#backend.stopExport(this.id);
  }

  /** Lets the run pause; what is being written is written to its end. */
  async pause(): Promise<void> {
    if (this.state !== 'running' || this.id === undefined) return;
    this.heldUp = 'paused';
    await this.#backend.pauseExport(this.id);
  }

  async resume(): Promise<void> {
    if (this.id !== undefined) await this.#backend.resumeExport(this.id);
  }

  #hear(event: RunEvent): void {
    this.seconds = (this.#now() - this.#began) / 1000;
    this.waitingUntil = event.event === 'waiting' ? event.until : undefined;
    if (event.event === 'progress') this.#advance(event.phase, event.done, event.total, event.title);
    if (event.event === 'held-up') this.heldUp = event.why;
    if (event.event === 'goes-on') this.heldUp = undefined;
    if (event.event === 'failed') this.#fail(event.error);
    if (event.event === 'finished') {
      this.totals = event.totals;
      this.fraction = event.stopped ? this.fraction : 1;
      this.state = event.stopped ? 'stopped' : 'finished';
    }
  }

  #advance(phase: Phase, done: number, total: number | null, title: string | null): void {
    this.phase = phase;
    this.done = done;
    this.total = total ?? (phase === 'reading' && done <= this.pages ? this.pages : undefined);
    this.title = title ?? undefined;
    const [from, to] = SHARES[phase];
    const part = this.total === undefined || this.total === 0 ? 0 : Math.min(1, done / this.total);
    this.fraction = Math.max(this.fraction, from + (to - from) * part);
  }

  #fail(error: IpcError): void {
    this.error = error;
    this.state = 'failed';
  }
}
