/** Words of the look at a folder before an export and after it. */
import type { FileFault } from '../../lib/backend/types/FileFault';
import { count, plural, size } from '../format';

const pages = (n: number) => plural(n, { one: '# page', other: '# pages' });

const files = (n: number) => plural(n, { one: '# file', other: '# files' });

export const reviewing = {
  check: {
    menu: 'Check this folder',
    action: (name: string) => `Check the files of ${name}`,
    title: (name: string) => `Check of ${name}`,
    reading: 'Reading every file again…',
    comparing: 'Comparing with Confluence…',
    clean: (n: number) =>
      plural(n, {
        one: 'The one file is as it was written',
        other: 'All # files are as they were written',
      }),
    found: (n: number) =>
      plural(n, { one: '# file is not as it was written', other: '# files are not as they were written' }),
    nothingChanged: 'Nothing was changed by this check. Export again to bring back what is missing or cut.',
    asNewAs: (site: string) => `No page on ${site} is newer, and none is gone.`,
    compareHint: 'Whether Confluence has newer pages was not looked at.',
    compare: 'Compare with Confluence',
    list: 'Files that differ',
    more: (n: number) => plural(n, { one: 'and # more', other: 'and # more' }),
    faults: {
      missing: { name: 'Missing', detail: 'Pagelift wrote it, and it is not there any more.' },
      cut: { name: 'Cut off', detail: 'It is shorter than it was written.' },
      changed: { name: 'Changed', detail: 'Its content is another than was written: edited, or damaged.' },
      replaced: { name: 'Replaced', detail: 'A folder or a link stands in its place.' },
      unreadable: { name: 'Not readable', detail: 'This computer does not let Pagelift read it.' },
      extra: { name: 'Not from Pagelift', detail: 'It is there, and Pagelift did not write it.' },
      behind: { name: 'Newer in Confluence', detail: 'The page was changed in Confluence since.' },
      gone: { name: 'Gone from Confluence', detail: 'The page is not there any more, or not for you.' },
    } satisfies Record<FileFault, { name: string; detail: string }>,
  },

  review: {
    title: (n: number, name: string) => `Export ${pages(n)} to ${name}`,
    from: 'From',
    to: 'To',
    format: 'Format',
    attachments: 'Pictures and attachments',
    choices: {
      used: 'Those that pages show or link to',
      all: 'All of every page',
      none: 'None; they stay web addresses',
    },
    rest: (n: number) => plural(n, { one: 'and # more space', other: 'and # more spaces' }),
    safety:
      'Files you edited are kept unless you choose otherwise, and files that Pagelift did not write are never touched.',
    counting: 'Pages are still being counted. Every ticked page will be exported.',
    start: (n: number) => `Export ${pages(n)}`,
    outcome: (n: number, attachments: number, name: string) => {
      if (n > 0) return `Write ${files(n)} to ${name}`;
      if (attachments === 0) return `Nothing to write to ${name}`;
      return plural(attachments, {
        one: `Copy # attachment to ${name}`,
        other: `Copy # attachments to ${name}`,
      });
    },
    startFiles: (n: number) => (n === 0 ? 'Export' : `Export ${files(n)}`),
    size: (bytes: number) => `About ${size(bytes)}`,
    plan: 'What will be written',
    looking: (n: number) =>
      n === 0
        ? 'Looking at what changed. Nothing is written yet.'
        : `Looking at what changed, page ${count(n)}. Nothing is written yet.`,
    skip: 'Skip this review when nothing needs a decision',
    edited: {
      keep: 'Keep mine',
      beside: 'Put the new one beside it',
      replace: 'Replace, keep mine in the backup',
    },
    editedTitle: (n: number) =>
      plural(n, {
        one: 'You edited # file since the last export.',
        other: 'You edited # files since the last export.',
      }),
    editedAll: 'For all files that you edited',
    editedOne: (title: string) => `What is done with ${title}`,
    remove: (n: number) =>
      plural(n, {
        one: 'Move the file of # gone page to the bin',
        other: 'Move the files of # gone pages to the bin',
      }),
    removeHint:
      'Files that you edited stay, and so do those of pages that may only be hidden from your account.',
    missing: 'This folder is not there. It may lie on a drive that is not connected.',
    busy: 'An export into this folder is running.',
  },
};
