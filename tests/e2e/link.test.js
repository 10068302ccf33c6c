/** A link of the form `pagelift://open?url=…`, as a browser hands it over while the app is running. */

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import { App } from './support/app.js';
import { ownFolders, program } from './support/programs.js';

const PAGE = 'Beam pattern';
const ADDRESS = /https:\S+\/pages\/\d+/;

let folder;
let app;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagelift-e2e-'));
  app = await App.start(folder);
});

afterEach(async () => {
  await app?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A second start hands its link to the app that runs, and ends. */
async function openLink(link) {
  await promisify(execFile)(program('PAGELIFT_APP'), [link], { env: { ...process.env, ...ownFolders(folder) } });
}

test('a link shows its page, and one that means something else changes nothing', async () => {
  await app.openSample();
  await app.click('treeitem', 'Product Docs, not ticked');
  await app.showPage(PAGE);
  await app.click('radio', 'File');
  await app.sees(ADDRESS);
  const [address] = ADDRESS.exec(await app.text());

  await app.click('treeitem', 'Handbook, not ticked');
  await app.sees('Larkspoke Handbook');
  await openLink(`pagelift://export?url=${encodeURIComponent(address)}`);
  await openLink(`pagelift://open?url=${encodeURIComponent(address)}`);
  await app.find('treeitem', new RegExp(`^${PAGE}`));
  await app.sees(address);
});
