/** The engine behind the window. One line per command; nothing else in the UI knows Tauri. */
import { Channel, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';

import type { Backend } from './backend';

function channelTo<T>(listener: (message: T) => void): Channel<T> {
  const channel = new Channel<T>();
  channel.onmessage = listener;
  return channel;
}

export const tauriBackend: Backend = {
  appInfo: () => invoke('app_info'),
  settings: () => invoke('settings'),
  saveSettings: (settings) => invoke('save_settings', { settings }),

  sites: () => invoke('sites'),
  openSample: () => invoke('open_sample'),

  detectSite: (address) => invoke('detect_site', { address }),
  setupGuide: (kind, route, address) => invoke('setup_guide', { kind, route, address }),
  saveGuide: (kind, route, address) => invoke('save_guide', { kind, route, address }),
  beginSignIn: (request, tell) => invoke('begin_sign_in', { request, channel: channelTo(tell) }),
  pasteCallback: (attempt, address) => invoke('paste_callback', { attempt, address }),
  cancelSignIn: (attempt) => invoke('cancel_sign_in', { attempt }),
  finishSignIn: (attempt, sites) => invoke('finish_sign_in', { attempt, sites }),
  connectWithToken: (request) => invoke('connect_with_token', { request }),

  storedSites: () => invoke('stored_sites'),
  testSite: (site) => invoke('test_site', { site }),
  renameSite: (site, name) => invoke('rename_site', { site, name }),
  signOut: (site) => invoke('sign_out', { site }),
  vaultState: () => invoke('vault_state'),
  keepUntilQuit: () => invoke('keep_until_quit'),
  retryVault: () => invoke('retry_vault'),

  saveCard: (request) => invoke('save_card', { request }),
  openCard: () => invoke('open_card'),
  unlockCard: (card, passphrase) => invoke('unlock_card', { card, passphrase }),
  takeCard: () => invoke('take_card'),
  onOpenCard: (listener) => listen('open-card', () => listener()),

  spaces: (site) => invoke('spaces', { site }),
  loadTree: (site, space, onBatch) => invoke('load_tree', { site, space, channel: channelTo(onBatch) }),
  preview: (site, space, page, output) => invoke('preview', { site, space, page, output }),
  layout: (site, space, page, output) => invoke('layout', { site, space, page, output }),

  output: () => invoke('output'),
  keepOutput: (output, destination) => invoke('keep_output', { output, destination }),

  destinations: () => invoke('destinations'),
  pickFolder: () => invoke('pick_folder'),
  addDestination: (path) => invoke('add_destination', { path }),
  removeDestination: (id) => invoke('remove_destination', { id }),
  openFolder: (destination) => invoke('open_folder', { destination }),
  saveReport: (run, about) => invoke('save_report', { run, about }),
  checkFolder: (destination, withSite) => invoke('check_folder', { destination, withSite }),

  startExport: (request, onEvent) => invoke('start_export', { request, channel: channelTo(onEvent) }),
  startReview: (request, onEvent) => invoke('start_review', { request, channel: channelTo(onEvent) }),
  stopExport: (run) => invoke('stop_export', { run }),
  pauseExport: (run) => invoke('pause_export', { run }),
  resumeExport: (run) => invoke('resume_export', { run }),
  runReport: (run, filter, offset, limit) => invoke('run_report', { run, filter, offset, limit }),

  openInBrowser: (url) => invoke('open_in_browser', { url }),
  locate: (url) => invoke('locate', { url }),
  takeOpenLink: () => invoke('take_open_link'),
  onOpenLink: (listener) => listen<string>('open-link', (event) => listener(event.payload)),
};
