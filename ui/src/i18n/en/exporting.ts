/** Words of the shelf, of a run and of its report. */
import type { GonePage } from '../../lib/backend/types/GonePage';
import type { Removal } from '../../lib/backend/types/Removal';
import type { ReportFilter } from '../../lib/backend/types/ReportFilter';
import type { Totals } from '../../lib/backend/types/Totals';
import { count, duration, plural } from '../format';

const pages = (n: number) => plural(n, { one: '# page', other: '# pages' });

export const exporting = {
  selection: {
    none: 'No pages selected',
    noneDetail: 'Tick pages to export them.',
    some: (n: number) => plural(n, { one: '# page selected', other: '# pages selected' }),
    inSpaces: (n: number) => plural(n, { one: 'in # space', other: 'in # spaces' }),
    counting: 'Counting pages…',
    clear: 'Clear',
    clearLabel: 'Clear selection',
    cleared: 'The selection is cleared',
    sendTo: 'Send to…',
  },

  shelf: {
    label: 'Destinations',
    add: 'Add a folder…',
    addFirst: 'Add a folder',
    addFirstDetail: 'Choose where pages are written',
    missing: 'Folder not found',
    place: (format: string, folder: string) => `${format}, in ${folder}`,
    done: (n: number) => `${count(n)} up to date`,
    doneSome: (n: number) => plural(n, { one: '# page missing', other: '# pages missing' }),
    failed: 'Last export failed',
    stopped: 'Last export stopped',
    running: (percent: string) => `Running ${percent}`,
    send: (name: string) => `Send to ${name}`,
    drop: (n: number) => `Add ${pages(n)}`,
    menu: (name: string) => `Options for ${name}`,
    openFolder: 'Open folder',
    remove: 'Remove from shelf',
    removed: (name: string) => `${name} is off the shelf. Its files stay where they are.`,
    nothingTicked: 'Tick the pages first, then send them to a folder.',
    dragging: (n: number) => `Dragging ${pages(n)}`,
    dropped: (name: string) => `Dropped on ${name}`,
  },

  run: {
    title: (n: number, name: string) => `Exporting ${pages(n)} to ${name}`,
    progress: 'Progress of the export',
    phases: {
      reading: (done: number, total: number | undefined) =>
        total === undefined
          ? `Reading page ${count(done)}`
          : `Reading page ${count(done)} of ${count(total)}`,
      planning: () => 'Deciding on file names',
      writing: (done: number, total: number | undefined) =>
        total === undefined
          ? `Writing file ${count(done)}`
          : `Writing file ${count(done)} of ${count(total)}`,
      downloading: (done: number, total: number | undefined) =>
        total === undefined
          ? 'Downloading pictures and attachments'
          : `Downloading pictures and attachments, ${count(done)} of ${count(total)}`,
    },
    starting: 'Getting ready',
    left: (seconds: number) => (seconds < 1 ? 'Less than a second left' : `About ${duration(seconds)} left`),
    waiting: (until: string) => `Confluence asked us to slow down. Continuing at ${until}.`,
    heldUp: {
      paused: 'Paused. Nothing is lost.',
      'no-network': 'No network. Continues by itself.',
      'sign-in-ended': 'Sign in again to continue.',
    },
    pause: 'Pause',
    resume: 'Continue',
    signIn: 'Sign in again',
    stop: 'Stop',
    stopping: 'Stopping…',
    hide: 'Continue in background',
    doneTitle: (name: string) => `Your pages are in ${name}`,
    doneSome: (n: number, name: string) =>
      plural(n, {
        one: `Finished, but # page is missing in ${name}`,
        other: `Finished, but # pages are missing in ${name}`,
      }),
    stoppedTitle: 'The export was stopped',
    stoppedDetail: 'Files that are written are complete. Export again to continue.',
    failedTitle: 'The export could not be finished',
    pausedAt: (done: number, total: number) =>
      `Work ended at ${count(done)} of ${count(total)}. What is written is complete, and the next export goes on from there.`,
    summary: (totals: Totals) =>
      totals.written === 0 && totals.failed === 0
        ? `${pages(totals.unchanged)} checked, nothing had changed.`
        : `${plural(totals.written, { one: '# page written', other: '# pages written' })}, ${count(totals.unchanged)} unchanged, ${plural(totals.attachments, { one: '# attachment', other: '# attachments' })}.`,
    leftAlone: (n: number) =>
      plural(n, {
        one: '# file was left alone, because you edited it.',
        other: '# files were left alone, because you edited them.',
      }),
    attachmentsMissing: (n: number) =>
      plural(n, { one: '# attachment could not be copied.', other: '# attachments could not be copied.' }),
    openFolder: 'Open folder',
    report: 'View report',
    finishedMissing: (n: number, name: string) =>
      plural(n, {
        one: `The export to ${name} has finished; # page could not be read`,
        other: `The export to ${name} has finished; # pages could not be read`,
      }),
    stoppedNews: (name: string) => `The export to ${name} was stopped`,
    failedNews: (name: string, why: string) => `The export to ${name} could not be finished. ${why}`,
    announce: (percent: string) => `Export ${percent} done`,
    finished: (name: string) => `The export to ${name} has finished`,
  },

  activity: {
    title: 'Activity',
    none: 'Nothing is running.',
    button: (n: number, percent: string) =>
      plural(n, {
        one: `Activity, # export is running, ${percent}`,
        other: `Activity, # exports are running, ${percent}`,
      }),
    idle: 'Activity',
    show: (name: string) => `Show the export to ${name}`,
  },

  report: {
    title: (name: string) => `Export to ${name}`,
    save: 'Save report…',
    saved: (path: string) => `The report is at ${path}`,
    sum: (totals: Totals) => {
      const parts = [`${count(totals.written + totals.unchanged)} written or unchanged`];
      if (totals.skipped > 0) parts.push(`${count(totals.skipped)} left alone`);
      if (totals.failed > 0 || totals.skipped === 0) parts.push(`${count(totals.failed)} not readable`);
      return `${count(totals.selected)} selected = ${parts.join(' + ')}`;
    },
    filters: {
      all: 'All',
      written: 'Written',
      created: 'New',
      updated: 'Changed',
      moved: 'Moved',
      edited: 'Edited by you',
      unchanged: 'Unchanged',
      skipped: 'Left alone',
      failed: 'Not readable',
      notes: 'With notes',
    } satisfies Record<ReportFilter, string>,
    filterLabel: 'Show',
    outcomes: {
      created: 'New',
      updated: 'Changed',
      moved: 'Moved',
      replaced: 'Replaced',
      beside: 'Put beside',
      unchanged: 'Unchanged',
      skipped: 'Left alone',
      failed: 'Not readable',
    },
    movedFrom: (path: string, from: string) => `${path}, before: ${from}`,
    replaced: (backup: string) => `You edited the file. Yours is kept in ${backup}`,
    beside: (path: string) => `You edited the file. It is kept, and the new one is ${path}`,
    gone: {
      title: (n: number) =>
        plural(n, { one: '# page is gone from Confluence', other: '# pages are gone from Confluence' }),
      fates: {
        current: 'It is in another space now',
        archived: 'It was archived',
        trashed: 'It is in the trash',
        deleted: 'It was deleted',
        hidden: 'It was deleted, or your account may not see it any more',
      } satisfies Record<GonePage['fate'], string>,
      removals: {
        kept: 'its file stays.',
        unproven: 'its file stays, because the page may still be there.',
        edited: 'its file stays, because you edited it.',
        'too-many': 'its file stays, because so many would go that it has to be confirmed.',
        binned: 'its file is in the bin.',
        'backed-up': 'its file is in .pagelift/backup.',
      } satisfies Record<Removal, string>,
    },
    reasons: {
      edited: 'You edited the file. It is kept as it is.',
      stopped: 'The export was stopped before this page.',
    },
    list: 'Pages of this export',
    empty: {
      all: 'No pages were exported.',
      written: 'No page was written.',
      created: 'No page is new.',
      updated: 'No page has changed.',
      moved: 'No page has moved.',
      edited: 'You edited no file.',
      unchanged: 'No page was unchanged.',
      skipped: 'No page was left alone.',
      failed: 'Every page could be read.',
      notes: 'No page has notes.',
    } satisfies Record<ReportFilter, string>,
    notes: (n: number) => plural(n, { one: '# note', other: '# notes' }),
    attachments: (n: number) =>
      plural(n, { one: '# attachment could not be copied', other: '# attachments could not be copied' }),
    onPage: (page: string) => `on “${page}”`,
    facts: {
      attachments: 'Attachments',
      size: 'Written',
      time: 'Time',
    },
    stopped: 'This export was stopped.',
    loading: 'Reading the report…',
    back: 'Back to the library',
  },
};
