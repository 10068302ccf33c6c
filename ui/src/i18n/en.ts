/** Every word on the screen. Sentences are whole: none is put together from parts. */
import { plural } from './format';
import { accounts } from './en/accounts';
import { connect } from './en/connect';
import { errors } from './en/errors';
import { exporting } from './en/exporting';
import { library } from './en/library';
import { notes } from './en/notes';
import { output } from './en/output';
import { reviewing } from './en/reviewing';
import { setup, theirs } from './en/setup';
import { shortcuts } from './en/shortcuts';

export const en = {
  errors,
  notes,
  shortcuts,
  ...library,
  ...exporting,
  ...reviewing,
  ...output,

  welcome: {
    title: 'Take your Confluence pages with you.',
    intro: 'Tick pages, look at them as Markdown, and drop them into a folder.',
    connect: 'Connect a site',
    connectHint: 'Confluence Cloud or Data Center',
    sample: 'Look around with the sample',
    sampleHint: 'No account needed, works offline',
    privacy: 'Pages go from Confluence straight to this computer. Pagelift collects nothing.',
    opening: 'Opening the sample…',
  },

  accounts,
  connect,
  setup,
  theirs,

  sites: {
    switch: 'Switch site',
    current: 'Shown now',
    add: 'Connect another site…',
    openSample: 'Open the sample',
    manage: 'Manage sites…',
    sampleBadge: 'Sample',
    account: (account: string, host: string) => (account === '' ? host : `${account} · ${host}`),
    switched: (site: string, account: string) => (account === '' ? site : `${site}, ${account}`),
    show: 'Show',
    ownSite: 'Now connect your own site',
    ownSiteDetail: 'The sample is exported. Your own pages work the same way.',
  },

  settings: {
    title: 'Settings',
    appearance: 'Appearance',
    theme: 'Theme',
    themes: { system: 'Same as the system', light: 'Light', dark: 'Dark' },
    about: 'About',
    version: (version: string) => `Pagelift ${version}`,
    privacy: 'Pages go from Confluence straight to this computer. Pagelift collects nothing.',
    licence: 'Open source, under the MIT licence.',
  },

  links: {
    siteNotOpen: 'The address is not one of an open site. Connect the site first.',
    notThere: 'The page is not there, or not visible to your account.',
  },

  menu: {
    open: 'Menu',
    settings: 'Settings',
    shortcuts: 'Keyboard shortcuts',
    reload: 'Read spaces and pages again',
    undo: 'Undo',
    redo: 'Redo',
  },

  palette: {
    open: 'Find or do anything',
    field: 'Find a space or page, or paste an address',
    none: (query: string) => `Nothing fits “${query}”.`,
    results: (n: number) => plural(n, { one: '# result', other: '# results' }),
  },

  common: {
    close: 'Close',
    cancel: 'Cancel',
    dismiss: 'Dismiss',
    retry: 'Try again',
    chooseFolder: 'Choose another folder…',
    signIn: 'Sign in again',
    details: 'Technical details',
    copied: 'Copied',
    notCopied: 'Nothing was copied: the clipboard is not available.',
    undo: 'Undo',
    openInBrowser: 'Open in browser',
    copyLink: 'Copy link',
    pages: (n: number) => plural(n, { one: '# page', other: '# pages' }),
    notifications: 'Messages',
  },
};
