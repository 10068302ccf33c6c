/** The exports of this session, the newest first. */
import type { Backend } from '../backend/backend';
import type { Destination } from '../backend/types/Destination';
import type { ExportRequest } from '../backend/types/ExportRequest';
import { ExportRun } from './exportRun.svelte';

export class Runs {
  list = $state.raw<readonly ExportRun[]>([]);
  #backend: Backend;

  readonly active = $derived(this.list.filter((run) => !run.isOver));

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  start(request: ExportRequest, destination: Destination, pages: number): ExportRun {
    const run = new ExportRun(this.#backend, destination, pages);
    this.list = [run, ...this.list];
    void run.start(request);
    return run;
  }

  /** The newest run into a folder. */
  latestInto(destination: string): ExportRun | undefined {
    return this.list.find((run) => run.destination.id === destination);
  }
}
