/** A site of Confluence Data Center below a path of its server, signed in to with a personal access token alone. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { App } from './support/app.js';
import { TOKEN, serveSite } from './support/fake.js';
import { giveAddress, giveToken, submitToken } from './support/wizard.js';

const SPACE = 'Documentation & guides';
const HOME = `${SPACE} home`;

let folder;
let site;
let app;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagelift-e2e-'));
  site = await serveSite('--pages', '60', '--attachments', '10', '--data-center', '/confluence');
  app = await App.start(folder);
});

afterEach(async () => {
  await app?.stop();
  site?.end();
  await rm(folder, { recursive: true, force: true });
});

test('a token without an e-mail address opens a site of Data Center', async () => {
  await app.click('button', /^Connect a site/);
  await giveAddress(app, site.address);
  await giveToken(app, 'wrong');
  await app.sees('The site did not accept this sign-in');

  await submitToken(app, TOKEN);
  await app.click('treeitem', `${SPACE}, not ticked`);
  await app.showPage(HOME);
  await app.seesInPreview(HOME, /home/i);
});
