/** What each error means for the person, and what helps. */
import type { ErrorCode } from '../../lib/backend/types/ErrorCode';
import { appErrors } from './appErrors';

export interface ErrorWords {
  /** What happened. */
  readonly title: string;
  /** What it means, and what to do. */
  readonly detail: string;
  /** The button that helps, where one does. */
  readonly action?: 'retry' | 'sign-in' | 'choose-folder';
}

export const errors: Record<ErrorCode, ErrorWords> = {
  'usage-invalid': {
    title: 'Something is missing',
    detail: 'Fill in every field and try again.',
  },
  'address-invalid': {
    title: 'This is not the address of a Confluence site',
    detail:
      'Copy the address of any page from your browser, for example https://your-company.atlassian.net/wiki/spaces/TEAM.',
  },
  'sign-in-needed': {
    title: 'You are not signed in to this site',
    detail: 'Sign in again. Your ticks and files stay as they are.',
    action: 'sign-in',
  },
  'sign-in-rejected': {
    title: 'The site did not accept this sign-in',
    detail:
      'Check that what you pasted is complete and has not expired, and on Confluence Cloud that it belongs to the e-mail address.',
    action: 'sign-in',
  },
  'sign-in-ended': {
    title: 'Your sign-in to this site ended',
    detail: 'Sign in again to go on. Your ticks stay, and files that are written are complete.',
    action: 'sign-in',
  },
  'sign-in-cancelled': {
    title: 'The browser says that the sign-in was cancelled',
    detail: 'Nothing was kept. Sign in again and choose “Accept” in the browser.',
    action: 'retry',
  },
  'sign-in-timed-out': {
    title: 'The sign-in was not finished in time',
    detail:
      'If the browser shows an error in place of a question, the return address or the sharing of the integration may be wrong. Otherwise sign in again.',
    action: 'retry',
  },
  'sign-in-unknown': {
    title: 'This address belongs to another sign-in',
    detail:
      'Copy the whole address from the browser window in which you just signed in. It is long and has “code=” in it.',
  },
  'sign-in-of-another': {
    title: 'Somebody else signed in than before',
    detail:
      'Nothing was changed. Sign in as the person who had this sign-in, or connect the site once more for the other account.',
    action: 'retry',
  },
  'integration-rejected': {
    title: 'The site does not accept the integration',
    detail:
      'Check the client ID, the client secret and the return address with your admin: each has to be exactly as it was set up. If only its creator can use the integration yet, sharing has to be switched on.',
    action: 'retry',
  },
  'sites-missing': {
    title: 'The sign-in does not open this Confluence site',
    detail:
      'Sign in again and choose the site in the browser. If it is not offered, your account may not be allowed to use Confluence there.',
    action: 'retry',
  },
  'return-address-invalid': {
    title: 'The browser cannot come back to this return address',
    detail:
      'Under “How the browser comes back”, choose the way for which the integration was registered. If a connection card brought the address, ask your admin to save the card again.',
  },
  'port-taken': {
    title: 'Another program has taken the place at which the browser comes back',
    detail:
      'Close the other program, perhaps a second Pagelift, and try again. Or sign in all the same and paste the address at which the browser ends.',
  },
  'browser-missing': {
    title: 'The browser could not be opened',
    detail: 'Copy the address below and open it in a browser of this computer yourself.',
  },
  'keychain-missing': {
    title: 'This computer has no keychain',
    detail:
      'Pagelift keeps the key to your sign-ins there and never writes them down unprotected. Set up a keychain, or stay signed in until you quit.',
    action: 'retry',
  },
  'keychain-locked': {
    title: 'The keychain is locked',
    detail: 'Your sign-ins are kept, and its key opens them. Unlock it and try again.',
    action: 'retry',
  },
  'keychain-denied': {
    title: 'Pagelift could not use the keychain',
    detail:
      'It refused, or does not work as it should. Allow Pagelift to use it when the system asks, then try again.',
    action: 'retry',
  },
  'vault-damaged': {
    title: 'The kept sign-ins cannot be read any more',
    detail: 'The damaged file was put aside. Sign in to your sites again; pages and files are unaffected.',
    action: 'sign-in',
  },
  'card-invalid': {
    title: 'This file is not a connection card',
    detail:
      'It may be damaged, or come from a newer Pagelift. Ask your admin to save it again. Its name ends in .pagelift-site.',
  },
  'passphrase-wrong': {
    title: 'The passphrase does not open this card',
    detail: 'Check capital letters and spaces. Whoever saved the card knows the passphrase.',
  },
  'passphrase-short': {
    title: 'This passphrase is too short',
    detail:
      'Whoever gets hold of the card can try passphrases for as long as they like. Take 12 letters or more, such as four words.',
  },
  'permission-missing': {
    title: 'Your account lacks a permission',
    detail: 'Ask your Confluence admin for permission to view this content. Everything else is unaffected.',
    action: 'retry',
  },
  'space-unknown': {
    title: 'This space is not available to your account',
    detail: 'It may have been deleted, or your account may not be allowed to see it.',
    action: 'retry',
  },
  'page-hidden': {
    title: 'This page is not available to your account',
    detail: 'It may be restricted or deleted. Other pages are unaffected.',
    action: 'retry',
  },
  'site-unreachable': {
    title: 'The site cannot be reached',
    detail: 'Check the network connection of this computer and the address, then try again.',
    action: 'retry',
  },
  'certificate-untrusted': {
    title: 'This computer does not trust the certificate of the site',
    detail: 'IT can add the certificate to the system. Until then nothing is read from the site.',
    action: 'retry',
  },
  'rate-limited': {
    title: 'Confluence asked us to slow down',
    detail: 'The pause it asked for is long. Try again later; what is finished stays finished.',
    action: 'retry',
  },
  'site-failed': {
    title: 'The site has trouble answering',
    detail: 'Confluence reported an error of its own, several times. Try again in a few minutes.',
    action: 'retry',
  },
  'answer-unreadable': {
    title: 'The answer was not one of Confluence',
    detail:
      'A sign-in page or a proxy of your network may stand in between. Check that the address opens in a browser.',
    action: 'retry',
  },
  'answer-too-large': {
    title: 'The answer is larger than Pagelift accepts',
    detail: 'This item is left out. Everything else is unaffected.',
  },
  'conversion-failed': {
    title: 'This page could not be converted',
    detail: 'Its content is damaged in a way that Pagelift does not understand. Other pages are unaffected.',
  },
  'attachment-missing': {
    title: 'A file is no longer on the site',
    detail: 'The page is exported without it and keeps a note in its place.',
  },
  'download-incomplete': {
    title: 'A download broke off',
    detail: 'Export again to fetch the rest. What is finished is not fetched twice.',
    action: 'retry',
  },
  'folder-missing': {
    title: 'The folder is not there',
    detail: 'It may have been moved, renamed, or lie on a drive that is not connected.',
    action: 'choose-folder',
  },
  'folder-unwritable': {
    title: 'Pagelift may not write to this folder',
    detail:
      'Change the permissions of the folder, or choose another one if it is for your export. Nothing was changed in it.',
    action: 'choose-folder',
  },
  'disk-full': {
    title: 'The disk is full',
    detail:
      'Make room and try again. Files that are already written are complete, and sign-ins that are kept stay.',
    action: 'retry',
  },
  'folder-busy': {
    title: 'Another Pagelift is writing here',
    detail: 'Wait until it has finished, then try again.',
    action: 'retry',
  },
  'record-damaged': {
    title: 'The record in this folder cannot be read',
    detail:
      'Pagelift keeps a record in the hidden folder .pagelift, and cannot tell its own files from yours without it. Choose an empty folder to be safe.',
    action: 'choose-folder',
  },
  ...appErrors,
  stopped: {
    title: 'The export was stopped',
    detail: 'Files that are written are complete. Export again to continue.',
  },
  internal: {
    title: 'Something went wrong in Pagelift',
    detail: 'This is a fault of the program, not of your pages. Try again; if it comes back, report it.',
    action: 'retry',
  },
};
