/** Words about the integration that an admin sets up, and about the ways to sign in without one. */

/** What stands on buttons and pages of Atlassian. It is not ours to choose, and not translated with the rest. */
export const theirs = {
  cloud: {
    create: ['Create', 'OAuth 2.0 integration'],
    permissions: ['Permissions', 'Confluence API', 'Add', 'Configure', 'Edit Scopes', 'Granular'],
    callback: ['Authorization', 'OAuth 2.0 (3LO)', 'Add', 'Save changes'],
    sharing: ['Distribution', 'Edit', 'Sharing', 'Save changes'],
    secret: ['Settings', 'Authentication details'],
  },
  'data-center': {
    create: ['General configuration', 'Application links', 'Create link', 'External application', 'Incoming'],
    callback: ['Redirect URL', 'Application permissions', 'Read', 'Save'],
    secret: [],
  },
  token: {
    cloud: [],
    'data-center': ['Settings', 'Personal access tokens', 'Create token'],
  },
} as const;

export const setup = {
  title: 'Who sets this up?',
  lead: 'Confluence lets a program read only with permission. An admin gives it once; then everybody signs in with the browser.',
  leadDataCenter:
    'The quickest way is a personal access token. Where those are switched off, an admin gives permission once, and everybody signs in with the browser.',
  missing: 'Choose one of these.',
  who: {
    self: { label: 'I can', hint: 'I may create an integration. It takes about ten minutes, once.' },
    other: { label: 'Someone else', hint: 'Send a message to your admin, and wait for a connection card.' },
    token: {
      cloud: {
        label: 'Nobody: sign in another way, with an API token',
        hint: 'A password made for programs that you create yourself. No admin is needed.',
      },
      'data-center': {
        label: 'Nobody: sign in with a personal access token',
        hint: 'A password made for programs that you create yourself in Confluence. No admin is needed.',
      },
    },
  },

  route: {
    title: 'How the browser comes back',
    label: 'Way back',
    choices: {
      loopback: 'To an address on this computer',
      'deep-link': 'By a link that opens Pagelift',
      paste: 'I paste the address from the browser',
    },
    usual: (choice: string) => `${choice} (usual)`,
    notes: {
      loopback: '',
      'deep-link': '',
      paste:
        'Nothing comes back by itself. For computers on which neither a link nor an address can be opened.',
    },
    cloudLink:
      'It is not known whether the developer console of Confluence Cloud accepts such an address. Stay with the usual one unless you have tried.',
    pkce: {
      label: 'Check of the answer',
      s256: 'By a hash (usual)',
      plain: 'By the text itself',
      none: 'None',
      note: 'Change it only if the server refuses the usual one.',
    },
    plainHttp: 'Some servers refuse return addresses that begin with http. Then use the link.',
  },

  steps: {
    title: 'In Confluence',
    titleCloud: 'In the developer console of Atlassian',
    done: (step: string) => `Done: ${step}`,
    path: 'Where to click',
    copy: (what: string) => `Copy ${what}`,
    copied: 'Copied',
    name: 'Name',
    callback: 'Return address',
    permissions: 'Permissions',
    optional: 'Optional, for more kinds of content',
    cloud: {
      create: {
        text: 'Create an integration with this name.',
        hint: 'If you are asked for an access type: “Account-level” when people use several sites, otherwise “Resource-level”.',
        open: 'Open the developer console',
      },
      permissions: {
        text: 'Give it these permissions, and none that begins with write, delete or manage.',
        hint: '“read:me” is found under “User identity API”, all others under “Confluence API”.',
      },
      callback: { text: 'Enter the return address.', hint: '' },
      sharing: { text: 'Let others use it, if it is not for you alone.', hint: '' },
      secret: { text: 'Copy the client ID and the secret into the fields below.', hint: '' },
    },
    'data-center': {
      create: {
        text: 'Create an incoming link with this name. You need to be a Confluence administrator.',
        hint: '',
        open: 'Open the application links',
      },
      callback: { text: 'Enter the return address and choose the permission to read, no more.', hint: '' },
      secret: { text: 'Copy the client ID and the client secret into the fields below.', hint: '' },
    },
  },

  admin: {
    title: 'Message to your admin',
    message: 'The message',
    copy: 'Copy message to admin',
    copied: 'The message is copied',
    save: 'Save as text…',
    saved: (path: string) => `Saved: ${path}`,
    wait: 'When the admin has sent a connection card, open it here or drop it on the window.',
    typed: 'Or did the admin send the values?',
  },

  fields: {
    title: 'What the integration shows',
    fromCard: 'From the connection card',
    clientId: 'Client ID',
    clientSecret: 'Client secret',
    secretHint: 'Kept encrypted on this computer, and never shown again.',
    secretHintAgain: 'Leave both fields empty to sign in with the integration that is known.',
    required: { clientId: 'Paste the client ID.', clientSecret: 'Paste the client secret.' },
  },

  token: {
    title: (host: string) => `Sign in to ${host}`,
    lead: 'It is kept encrypted on this computer, with its key in the keychain of the system.',
    how: {
      cloud: [
        'Open the page for API tokens of your Atlassian account and sign in.',
        'Create a token, name it Pagelift and choose an expiry date.',
        'Copy it. It is shown only once, and you paste it in the next step.',
      ],
      'data-center': [
        'Click your picture in Confluence and open the settings of your account.',
        'Create a token, name it Pagelift and choose an expiry date.',
        'Copy it. It is shown only once, and you paste it in the next step.',
      ],
    },
    howTitle: { cloud: 'How to get an API token', 'data-center': 'How to get a personal access token' },
    open: {
      cloud: 'Open the page for API tokens',
      'data-center': 'Open the page for personal access tokens',
    },
    page: 'https://id.atlassian.com/manage-profile/security/api-tokens',
    pageDataCenter: '/plugins/personalaccesstokens/usertokens.action',
    email: 'E-mail address of your Atlassian account',
    label: { cloud: 'API token', 'data-center': 'Personal access token' },
    required: {
      email: 'Enter the e-mail address of your Atlassian account.',
      token: { cloud: 'Paste an API token.', 'data-center': 'Paste a personal access token.' },
    },
    submit: 'Sign in',
    submitting: 'Signing in…',
  },
};
