/** What errors of apps on Confluence Cloud, and of archives that they make, mean for the person. */
export const appErrors = {
  'app-not-connected': {
    title: 'This app is not connected',
    detail: 'Connect it under Sites. An admin of your site has to enable App REST APIs for it first.',
  },
  'app-switched-off': {
    title: 'App REST APIs are switched off for this app',
    detail:
      'An organisation admin can enable them: Atlassian Administration, Apps, Sites, the site, Connected apps, the app, View app details, Details, App REST APIs. If they are on, check the permissions of the integration and the licence of the app.',
    action: 'retry',
  },
  'app-permission-missing': {
    title: 'The sign-in lacks a permission of this app',
    detail:
      'Add read:forge-app:confluence and the app’s own permissions to the integration in the developer console. Then connect the app again.',
    action: 'sign-in',
  },
  'app-not-installed': {
    title: 'The app is not installed on this site',
    detail: 'Ask an admin of the site to install it, or check the base address of the app.',
  },
  'app-environment-wrong': {
    title: 'The app is installed in another environment',
    detail: 'Copy the base address anew from the app’s details in Atlassian Administration.',
  },
  'app-route-unknown': {
    title: 'The app has no such address',
    detail: 'The app may be of another release than Pagelift knows. Check for updates of both.',
  },
  'app-unlicensed': {
    title: 'The site has no active licence for this app',
    detail: 'Ask an admin of the site to renew it. Pages can be exported without the app meanwhile.',
  },
  'app-refused': {
    title: 'The app did not accept the request',
    detail: 'What it said stands below. Change what it names and try again.',
    action: 'retry',
  },
  'app-too-large': {
    title: 'The app cannot take so much at once',
    detail: 'Choose fewer pages and try again.',
    action: 'retry',
  },
  'app-timed-out': {
    title: 'The app did not finish in time',
    detail: 'Choose fewer pages and try again.',
    action: 'retry',
  },
  'app-failed': {
    title: 'The app failed',
    detail: 'Try again. If it stays so, give the trace id below to the vendor of the app.',
    action: 'retry',
  },
  'archive-damaged': {
    title: 'The archive is damaged',
    detail: 'Nothing was written. Fetch the archive again.',
    action: 'retry',
  },
  'archive-unsafe': {
    title: 'The archive is not safe to unpack',
    detail: 'Nothing was written. It holds names that lead outside of the folder, or far more than is usual.',
  },
} as const;
