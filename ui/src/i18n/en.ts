/** Every word on the screen. Sentences are whole: none is put together from parts. */
import { plural } from './format';
import { errors } from './en/errors';
import { exporting } from './en/exporting';
import { library } from './en/library';
import { notes } from './en/notes';
import { output } from './en/output';
import { shortcuts } from './en/shortcuts';

export const en = {
  errors,
  notes,
  shortcuts,
  ...library,
  ...exporting,
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

  connect: {
    title: 'Connect a site',
    lead: 'Pagelift reads what your account may see, and changes nothing on the site.',
    address: 'Address of your Confluence',
    addressHint: 'Any address from it will do, for example https://acme.atlassian.net/wiki',
    email: 'E-mail address of your Atlassian account',
    emailHint: 'For Confluence Cloud. On Data Center, leave it empty.',
    token: 'API token',
    tokenHint:
      'A password made for programs. It is kept in memory until you quit, and never written to a file.',
    show: 'Show token',
    hide: 'Hide token',
    howTitle: 'Where do I get an API token?',
    howSteps: [
      'Open the page for API tokens of your Atlassian account and sign in.',
      'Choose “Create API token”, name it Pagelift and choose an expiry date.',
      'Copy the token and paste it here. It is shown only once.',
    ],
    howOpen: 'Open the page for API tokens',
    howDataCenter:
      'On Data Center, click your picture in Confluence, choose “Settings”, then “Personal access tokens”, and create one.',
    tokenPage: 'https://id.atlassian.com/manage-profile/security/api-tokens',
    submit: 'Connect',
    submitting: 'Connecting…',
    required: {
      address: 'Paste an address from your Confluence.',
      email: 'Enter the e-mail address of your Atlassian account.',
      token: 'Paste an API token.',
    },
    done: (site: string) => `${site} is connected`,
  },

  sites: {
    title: 'Sites',
    switch: 'Switch site',
    current: 'Shown now',
    add: 'Connect another site…',
    openSample: 'Open the sample',
    manage: 'Manage sites…',
    kind: { cloud: 'Confluence Cloud', 'data-center': 'Confluence Data Center', sample: 'Sample' },
    sampleBadge: 'Sample',
    account: (account: string) => `Signed in as ${account}`,
    disconnect: 'Disconnect',
    disconnectOne: (site: string) => `Disconnect ${site}`,
    disconnected: (site: string) => `${site} is disconnected`,
    show: 'Show',
    showOne: (site: string) => `Show ${site}`,
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
    sites: 'Manage sites…',
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
    connect: 'Connect the site again…',
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
