/** What each error means for the person, and what helps. */
import type { ErrorCode } from '../../lib/backend/types/ErrorCode';

export interface ErrorWords {
  /** What happened. */
  readonly title: string;
  /** What it means, and what to do. */
  readonly detail: string;
  /** The button that helps, where one does. */
  readonly action?: 'retry' | 'connect' | 'choose-folder';
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
    detail: 'Connect the site again. Your ticks and files stay as they are.',
    action: 'connect',
  },
  'sign-in-rejected': {
    title: 'The site did not accept this sign-in',
    detail: 'Check the e-mail address, and that the API token is complete and has not expired.',
    action: 'connect',
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
    detail: 'Choose another folder, or change the permissions of this one. Nothing was changed in it.',
    action: 'choose-folder',
  },
  'disk-full': {
    title: 'The disk is full',
    detail: 'Make room and export again. Files that are already written are complete.',
    action: 'retry',
  },
  'folder-busy': {
    title: 'Another export is writing to this folder',
    detail: 'Wait until it has finished, then try again.',
    action: 'retry',
  },
  'record-damaged': {
    title: 'The record in this folder cannot be read',
    detail:
      'Pagelift keeps a record in the hidden folder .pagelift, and cannot tell its own files from yours without it. Choose an empty folder to be safe.',
    action: 'choose-folder',
  },
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
