/** One's own site: connecting it, exporting from it, stopping on the way and going on. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { App } from './support/app.js';
import { chooseFolder } from './support/desktop.js';
import { EMAIL, TOKEN, serveSite } from './support/fake.js';
import { assertSameFiles, filesIn, pagelift } from './support/files.js';
import { giveAddress, giveToken, submitToken } from './support/wizard.js';

const SPACE = 'Documentation & guides';
const KEY = 'DOCS';

let folder;
let site;
let app;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagelift-e2e-'));
  // Slow enough for a person to see the export at work, and for the test to stop it.
  site = await serveSite('--pages', '400', '--attachments', '120', '--seed', '5', '--latency', '150');
  app = await App.start(join(folder, 'own'));
});

afterEach(async () => {
  await app?.stop();
  site?.end();
  await rm(folder, { recursive: true, force: true });
});

/** Sends what is ticked to the folder called `name`. */
async function send(name) {
  await app.click('button', new RegExp(`^Send to ${name}`));
  // Where only pictures are missing, no page is written.
  await app.click('button', /^Export( \d+ files?)?$/);
}

test('a wrong token is told as such and can be put right on the spot', async () => {
  await app.click('button', /^Connect a site/);
  await giveAddress(app, site.address);
  await giveToken(app, 'wrong', EMAIL);
  await app.sees('The site did not accept this sign-in');
  await app.look('connect-refused', 'light');
  assert.ok(!(await app.text()).includes('wrong'), 'the token is shown nowhere');

  await submitToken(app, TOKEN);
  await app.find('treeitem', `${SPACE}, not ticked`);
  app.assertAccessible();
});

test('an export that is stopped goes on later to the very files that the command writes', async () => {
  const chosen = join(folder, 'Guides');
  await mkdir(chosen);
  await app.click('button', /^Connect a site/);
  await giveAddress(app, site.address);
  await giveToken(app, TOKEN, EMAIL);
  await app.tick(SPACE);
  await app.click('button', /^Add a folder/);
  await chooseFolder(chosen);

  await send('Guides');
  await app.sees(/Downloading pictures and attachments, \d+ of \d+/);
  for (const theme of ['dark', 'light']) {
    await app.wear(theme);
    await app.look('running', theme);
  }
  await app.click('button', 'Stop');
  await app.sees('The export was stopped');
  await app.look('stopped', 'light');
  await app.click('button', 'Close');
  const before = await filesIn(chosen);

  await send('Guides');
  await app.sees('Your pages are in Guides');
  const expected = join(folder, 'by command');
  const signIn = { PAGELIFT_EMAIL: EMAIL, PAGELIFT_TOKEN: TOKEN };
  await pagelift(
    join(folder, 'own of the command'),
    ['export', '--url', site.address, '--space', KEY, '--blogs', '--to', expected],
    signIn,
  );
  await assertSameFiles(chosen, expected);
  assert.ok(before.size > 0 && before.size < (await filesIn(chosen)).size, 'it was stopped in its midst');
  app.assertAccessible();
});
