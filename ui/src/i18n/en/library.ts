/** Words of the library: sidebar, tree and preview. */
import { count, plural } from '../format';

const pages = (n: number) => plural(n, { one: '# page', other: '# pages' });

export const library = {
  panes: {
    titleBar: 'Title bar',
    sidebar: 'Spaces',
    tree: 'Pages',
    preview: 'Preview',
    shelf: 'Selection and destinations',
    sidebarDivider: 'Width of the list of spaces',
    previewDivider: 'Width of the preview',
    showPreview: 'Show preview',
    hidePreview: 'Hide preview',
  },

  spaces: {
    filter: 'Filter spaces',
    groups: { team: 'Team spaces', personal: 'Personal spaces', archived: 'Archived spaces' },
    loading: 'Reading spaces…',
    none: 'This account cannot see any space',
    noneDetail: 'Check with your admin or connect with another account.',
    noMatch: (query: string) => `No space is called “${query}”.`,
    clearFilter: 'Show all spaces',
    row: (name: string, tick: string, ticked: number) =>
      ticked === 0 ? `${name}, ${tick}` : `${name}, ${tick}, ${pages(ticked)} ticked`,
    group: (name: string, n: number) => `${name}, ${count(n)}`,
  },

  ticks: { none: 'not ticked', some: 'partly ticked', all: 'ticked' },

  tree: {
    label: (space: string) => `Pages of ${space}`,
    filter: 'Filter pages by title, or paste an address',
    loading: (n: number) => (n === 0 ? 'Reading pages…' : `Reading pages… ${count(n)} so far`),
    empty: 'This space has no pages',
    emptyDetail: 'Pages that your account cannot see are not listed.',
    noMatch: (query: string) => `Nothing titled “${query}”`,
    noMatchDetail: 'The filter looks at the titles of this space.',
    clearFilter: 'Show all pages',
    matches: (found: number, all: number) => `${count(found)} of ${count(all)} match`,
    pickSpace: 'Choose a space',
    pickSpaceDetail: 'Its pages appear here.',
    blog: 'Blog posts',
    taken: (taken: number, all: number) => `${count(taken)} of ${count(all)}`,
    onlyThis: 'only this page',
    onlyBelow: 'only what is below',
    kinds: {
      page: 'page',
      'blog-post': 'blog post',
      'live-doc': 'live doc',
      folder: 'folder',
      whiteboard: 'whiteboard, cannot be copied',
      database: 'database, cannot be copied',
      embed: 'link, cannot be copied',
      space: 'space',
      blog: 'group',
    },
    states: { restricted: 'restricted', archived: 'archived', draft: 'draft', trashed: 'in the trash' },
    menu: {
      preview: 'Show in preview',
      subtree: 'Tick with everything below',
      self: 'Tick only this page',
      below: 'Tick only what is below',
      nothing: 'Leave out',
      sendTo: 'Send to',
    },
    added: (n: number, total: number) =>
      plural(n, { one: '# page added', other: '# pages added' }) + `, ${count(total)} in total`,
    removed: (n: number, total: number) =>
      plural(n, { one: '# page removed', other: '# pages removed' }) + `, ${count(total)} in total`,
    filtered: (n: number) =>
      plural(n, {
        one: 'Only the # page that matches the filter has changed',
        other: 'Only the # pages that match the filter have changed',
      }),
    undone: 'The last change of the selection is undone',
    redone: 'The change of the selection is done again',
  },

  preview: {
    view: 'View',
    views: { rendered: 'Rendered', markdown: 'Markdown', file: 'File' },
    empty: 'Nothing to show yet',
    emptyDetail: 'Click a page, or press Enter on it, to see it as it will look.',
    loading: (title: string) => `Reading “${title}”…`,
    content: (title: string) => `Content of ${title}`,
    markdown: (title: string) => `Markdown of ${title}`,
    path: 'Where the page is',
    labels: 'Labels',
    faithful: 'Everything on this page is carried over.',
    notes: (n: number) => plural(n, { one: '# note', other: '# notes' }),
    note: {
      times: (n: number) => plural(n, { one: 'once', other: '# times' }),
      under: (h: string) => `under “${h}”`,
      line: (n: number) => `line ${count(n)}`,
    },
    unknownNote: { named: '“#” is simplified', plain: 'Some content is simplified' },
    severities: {
      info: 'Appearance',
      simplified: 'Simplified',
      lost: 'Not included',
      broken: 'Fault on the page',
    },
    file: {
      name: 'File name',
      folder: 'Folder',
      topFolder: 'The destination itself',
      format: 'Format',
      size: 'Size',
      lines: (n: number) => plural(n, { one: '# line', other: '# lines' }),
      changed: 'Last changed',
      by: (date: string, person: string) => `${date} by ${person}`,
      address: 'Page address',
      labels: 'Labels',
      none: 'None',
      copy: 'Copy as Markdown',
      copied: 'The Markdown is copied',
    },
  },
};
