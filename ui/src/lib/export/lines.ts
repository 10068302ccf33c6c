/** A run in a line of words. */
import { en } from '../../i18n/en';
import { time } from '../../i18n/format';
import type { ExportRun } from './exportRun.svelte';

export function stateLine(run: ExportRun): string {
  if (run.state === 'failed')
    return run.error === undefined ? en.run.failedTitle : en.errors[run.error.code].title;
  if (run.state === 'stopped') return en.run.stoppedTitle;
  if (run.state === 'finished') return run.totals === undefined ? '' : en.run.summary(run.totals);
  if (run.state === 'stopping') return en.run.stopping;
  if (run.heldUp !== undefined) return en.run.heldUp[run.heldUp];
  if (run.waitingUntil !== undefined) return en.run.waiting(time(run.waitingUntil));
  if (run.done === 0 && run.phase === 'reading') return en.run.starting;
  return en.run.phases[run.phase](run.done, run.total);
}
