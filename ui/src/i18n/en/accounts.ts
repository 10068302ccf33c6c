/** Words about sites that are connected: who is signed in, what is permitted, where sign-ins are kept. */
import { plural } from '../format';

export const accounts = {
  title: 'Sites',
  list: 'Connected sites',
  open: 'Manage sites…',
  lead: 'Accounts, permissions and connection cards.',
  host: 'Address',
  account: 'Signed in as',
  method: 'Way of signing in',
  methods: {
    browser: 'With the browser',
    'api-token': 'With an API token',
    'personal-token': 'With a personal access token',
  },
  state: 'Sign-in',
  states: { ready: 'Signed in', ended: 'Ended', locked: 'Keychain locked' },
  stateUntilQuit: 'Signed in until you quit',
  daysLeft: (n: number) => plural(n, { one: 'Ends in # day', other: 'Ends in # days' }),
  ended: (site: string) => `Your sign-in to ${site} ended.`,
  endedDetail: 'Ticks and files stay as they are.',
  permissions: 'Permissions',
  granted: (n: number) => plural(n, { one: '# permission granted', other: '# permissions granted' }),
  everything: 'Everything that your account may see',
  missing: (n: number) =>
    plural(n, {
      one: 'One more permission is needed, which your admin can add',
      other: '# more permissions are needed, which your admin can add',
    }),
  missingDetail: 'Everything else works without.',
  /** What needs a permission that Confluence calls so. */
  features: {
    'read:space:confluence': 'Spaces',
    'read:page:confluence': 'Pages',
    'read:hierarchical-content:confluence': 'The page tree',
    'read:folder:confluence': 'Folders',
    'read:attachment:confluence': 'Pictures and attachments',
    'read:comment:confluence': 'Comments',
    'read:label:confluence': 'Labels',
    'read:user:confluence': 'Names of people',
    'read:content-details:confluence': 'Restrictions and page details',
    'read:database:confluence': 'Databases',
    'read:whiteboard:confluence': 'Whiteboards',
    'read:embed:confluence': 'Embedded links',
    'read:blogpost:confluence': 'Blog posts',
    READ: 'Reading what your account may see',
    'read:me': 'Your name and picture',
    offline_access: 'Staying signed in',
  } as Record<string, string>,
  showStep: 'Show the step for the admin',
  step: {
    cloud: 'In the developer console of Atlassian, open the integration and add what is missing:',
    'data-center': 'In the application links of Confluence, edit the link and choose the permission to read:',
  },
  stepAfter: 'Then sign in again, so that it applies.',

  show: 'Show in library',
  test: 'Test',
  testing: 'Testing…',
  testGood: (name: string) => `It works. The site knows you as ${name}.`,
  rename: 'Rename…',
  name: 'Name in Pagelift',
  nameMissing: 'Enter a name.',
  renameDone: 'Rename',
  again: 'Sign in again',
  signOut: 'Sign out…',
  signOutTitle: (site: string) => `Sign out of ${site}?`,
  signOutDetail: (name: string) =>
    `The sign-in of ${name} is deleted from this computer, and the site from this list. Files that you exported stay where they are.`,
  signOutCloud:
    'To take the permission back at Atlassian too, remove Pagelift under “Connected apps” of your account.',
  signOutDone: 'Sign out',
  signedOut: (site: string) => `You are signed out of ${site}`,
  sample: 'Works offline and needs no account.',
  sampleHide: 'Hide the sample',
  none: 'No site is connected',
  noneDetail: 'Connect a site to see its account and permissions here.',

  vault: {
    kept: {
      title: 'Sign-ins are kept encrypted on this computer',
      detail: 'The key to them is in the keychain of the system.',
    },
    'until-quit': {
      title: 'Sign-ins last until you quit, as you chose',
      detail:
        'Nothing secret is written without the key from a keychain. Try again once there is one that is unlocked.',
    },
    missing: {
      title: 'There is no keychain here',
      detail:
        'Pagelift keeps the key to your sign-ins there and never writes them down unprotected. Set up a keychain such as that of GNOME, or KWallet and try again, or keep new sign-ins until you quit.',
    },
    locked: {
      title: 'The keychain is locked',
      detail: 'Your sign-ins are safe in it. Unlock it to use them.',
    },
    denied: {
      title: 'Pagelift could not use the keychain',
      detail: 'It refused, or does not work as it should. Allow Pagelift to use it when the system asks.',
    },
    damaged: {
      title: 'The kept sign-ins could not be read',
      detail: 'The damaged file was put aside. Sign in to your sites again; pages and files are unaffected.',
    },
  },
  unlock: 'Try again',
};
