/** Words of the wizard that adds a site. */
import { count, plural } from '../format';

export const connect = {
  title: 'Connect a site',
  titleAgain: (site: string) => `Sign in to ${site} again`,
  steps: {
    label: 'Steps',
    address: 'Address',
    permission: 'Permission',
    'sign-in': 'Sign in',
    choose: 'Choose',
  },
  stepOf: (at: number, of: number, name: string) => `Step ${count(at)} of ${count(of)}: ${name}`,
  stepDone: (name: string) => `${name}, done`,
  back: 'Back',
  next: 'Continue',
  done: (site: string, n: number) =>
    n === 1
      ? `${site} is connected`
      : plural(n, { one: '# site is connected', other: '# sites are connected' }),
  doneAgain: (site: string) => `You are signed in to ${site} again`,

  address: {
    title: 'Paste any address from your Confluence',
    lead: 'Pagelift reads what your account may see, and changes nothing on the site.',
    label: 'Address',
    hint: 'Of a page, a space or the start page, for example https://acme.atlassian.net/wiki',
    missing: 'Paste an address from your Confluence.',
    check: 'Check address',
    checking: 'Looking at the address…',
    found: { cloud: 'Confluence Cloud', 'data-center': 'Confluence Data Center', sample: 'Sample' },
    version: (version: string) => `Confluence Data Center ${version}`,
    notFound: 'No Confluence found so far',
    good: 'Everything is as it should be',
    checks: 'Checks',
    hopeless: 'A sign-in cannot work like this. See what is marked below.',
    outcomes: {
      good: 'in order',
      doubtful: 'may be a problem',
      bad: 'a problem',
      unknown: 'could not be checked',
    },
    fromCard: (name: string) => `Filled in by the connection card “${name}”`,
    notOfCard: (name: string, address: string) =>
      `This is another address than that of the connection card “${name}”, which is for ${address}. The client secret of the card is used there alone.`,
    backToCard: 'Use the address of the card',
  },

  checks: {
    reachable: {
      good: 'The site answers',
      doubtful: 'The site answers slowly.',
      bad: 'The site does not answer. Check the network connection of this computer and the address.',
      unknown: 'Whether the site answers could not be told.',
    },
    encrypted: {
      good: 'The connection is encrypted',
      doubtful: 'The connection is not encrypted, but stays on this computer.',
      bad: 'The connection is not encrypted. Sign-ins go over https only.',
      unknown: 'Whether the connection is encrypted could not be told.',
    },
    certificate: {
      good: 'This computer trusts its certificate',
      doubtful: 'The certificate of the site ends soon.',
      bad: 'This computer does not trust the certificate of the site. IT can add it to the system.',
      unknown: 'Whether this computer trusts the certificate could not be told.',
    },
    confluence: {
      good: 'It is Confluence',
      doubtful: 'A sign-in page or a proxy stands before Confluence. Pagelift may not get through.',
      bad: 'What answers is not Confluence. Open the address in a browser and copy it from a page there.',
      unknown: 'Whether it is Confluence shows after the sign-in.',
    },
    version: {
      good: 'The release can be signed in to',
      doubtful: 'This release is older than 7.17 and knows personal access tokens only.',
      bad: 'This release is older than 7.9. Pagelift cannot sign in to it until it is updated.',
      unknown: 'The site does not tell its release. Sign-ins need 7.9 or later.',
    },
    clock: {
      good: 'The clocks agree',
      doubtful: 'The clocks of this computer and the site differ. Set the clock of this computer.',
      bad: 'The clocks of this computer and the site differ too much. Set the clock of this computer.',
      unknown: 'The site does not tell its time.',
    },
    minutesApart: (minutes: string) => `The clocks differ by ${minutes} min. Set the clock of this computer.`,
    actions: {
      retry: 'Check again',
      https: 'Use https',
      copy: 'Copy message to IT',
      open: 'Open in browser',
      token: 'Sign in with a personal access token',
    },
    messageCopied: 'The message is copied',
    certificateMessage: (address: string) =>
      `This computer does not trust the certificate of ${address}. Could you add the authority that issued it to the certificates of the system?`,
  },

  signIn: {
    title: (host: string) => `Sign in to ${host}`,
    lead: 'Your browser opens. Choose the site there and accept; then you come back here by yourself.',
    leadDataCenter:
      'Your browser opens. Sign in there and allow the access; then you come back here by yourself.',
    leadPaste:
      'Your browser opens. Accept there. It then ends at a page that is of no use: copy the address of that page and paste it here, within a minute.',
    leadAgain: (account: string) => `Sign in as ${account}, as before. Nothing else changes.`,
    open: 'Open browser to sign in',
    another: 'Sign in another way',
    pasteInstead: 'Sign in and paste the address',
    waiting: 'Waiting for the browser',
    waitingLead: 'Accept there. You then come back here by yourself.',
    waitingPaste:
      'Accept there. Then copy the address of the page at which it ends and paste it here, within a minute.',
    opening: 'Opening the browser…',
    exchanging: 'The browser is back. Signing in…',
    keeping: 'Keeping the sign-in…',
    left: (minutes: string) => `${minutes} left`,
    openAgain: 'Open again',
    address: 'Address for the browser',
    addressHint: 'Did no browser open, or the wrong one? Copy this address into a browser of this computer.',
    paste: 'Paste the address from your browser',
    pasteHint: 'If the browser does not come back by itself: copy the address at which it ended.',
    pasteUse: 'Use',
    cancel: 'Cancel sign-in',
    disturbed: 'Something else keeps answering in place of your browser',
    disturbedDetail: 'Nothing was accepted from it. Finish in the browser, then paste the address below.',
    stuck: 'The browser shows an error',
    stuckReasons: [
      'It says that the return address is wrong: your admin has to register exactly the one of the step “Permission”.',
      'It says that access is limited to the creator: sharing has to be switched on for the integration.',
      'It says that an admin has to approve: your organisation allows integrations only after a review.',
    ],
    signedInAs: (name: string) => `Signed in as ${name}`,
    goOn: 'Choose sites',
    restart: 'Sign in as somebody else',
  },

  choose: {
    title: 'Choose what to keep',
    account: 'Signed in as',
    sites: 'Sites that this sign-in opens',
    known: 'Already here; its sign-in is renewed',
    notWanted: (host: string) =>
      `${host} is not among them. Go back, sign in again and choose it in the browser, if you want that site.`,
    none: 'Tick at least one site.',
    finish: (n: number) => plural(n, { one: 'Add # site', other: 'Add # sites' }),
    finishing: 'Adding…',
    untilQuit: 'Keep until I quit',
  },

  card: {
    have: 'I have a connection card',
    open: 'Open connection card…',
    unlock: 'Unlock the connection card',
    unlockLead: (name: string, host: string) =>
      `The card of “${name}” for ${host} holds the client secret, behind a passphrase. Whoever sent the card knows it.`,
    passphrase: 'Passphrase',
    missing: 'Enter the passphrase.',
    unlockButton: 'Unlock',
    unlocking: 'Unlocking…',
    without: 'Continue without it',
    save: 'Save connection card…',
    saveTitle: 'Connection card for colleagues',
    saveLead:
      'A file that fills in this wizard: address, client ID and return address. It never holds anybody’s sign-in.',
    withSecret: 'Include the client secret',
    withSecretHint: 'Without it, everybody types the secret themselves.',
    newPassphrase: 'Passphrase for the secret',
    newPassphraseHint:
      '12 letters or more, such as four words. Tell it to your colleagues by another way than the card.',
    saved: (path: string) => `The card is saved: ${path}`,
    held: 'The card holds the client secret. There is nothing to type.',
  },

  reveal: { show: 'Show', hide: 'Hide' },
};
