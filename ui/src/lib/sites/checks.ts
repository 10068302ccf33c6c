/** What a check of an address says, and what helps. */
import { en } from '../../i18n/en';
import type { SiteCheck } from '../backend/types/SiteCheck';
import type { SiteCheckKind } from '../backend/types/SiteCheckKind';
import type { SiteDetection } from '../backend/types/SiteDetection';

export type CheckAction = keyof typeof en.connect.checks.actions;

const ACTIONS: Record<SiteCheckKind, CheckAction | undefined> = {
  reachable: 'retry',
  encrypted: 'https',
  certificate: 'copy',
  confluence: 'open',
  version: undefined,
  clock: 'retry',
};

export function sentence({ what, outcome, detail }: SiteCheck): string {
  if (what === 'clock' && detail !== null && (outcome === 'bad' || outcome === 'doubtful')) {
    return en.connect.checks.minutesApart(detail);
  }
  return en.connect.checks[what][outcome];
}

/** The one thing that helps with a check that did not go well. */
export function actionOf({ what, outcome }: SiteCheck): CheckAction | undefined {
  if (outcome === 'good' || outcome === 'unknown') return undefined;
  if (what === 'encrypted' && outcome === 'doubtful') return undefined;
  return what === 'version' && outcome === 'doubtful' ? 'token' : ACTIONS[what];
}

/** Whether the site itself was seen, so that its kind is more than a guess. */
export function isFound({ checks }: SiteDetection): boolean {
  const needed: SiteCheckKind[] = ['reachable', 'certificate', 'confluence'];
  return !checks.some(({ what, outcome }) => outcome === 'bad' && needed.includes(what));
}
