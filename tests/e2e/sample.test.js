/** A first look: the sample is opened, a page previewed, the sample exported; and all that once more in the dark. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { App } from './support/app.js';
import { chooseFolder } from './support/dialog.js';
import { assertSameFiles, pagelift } from './support/files.js';

const SPACE = 'Product Docs';
const KEY = 'DOCS';
const PAGE = 'Charging';

let folder;
let app;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagelift-e2e-'));
  app = await App.start(join(folder, 'own'));
});

after(async () => {
  await app?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('the app greets with a way in that needs no account', async () => {
  await app.sees('Take your Confluence pages with you.');
  await app.audit('Welcome');
  await app.screenshot('welcome-light');
  await app.openSample();
  await app.find('treeitem', new RegExp(`^${SPACE}`));
});

test('a page is shown as it will look', async () => {
  await app.click('treeitem', new RegExp(`^${SPACE}`));
  await app.tick(SPACE);
  await app.showPage(PAGE);
  await app.seesInPreview(PAGE, /charg/i);
  await app.audit('the library with a preview');
  await app.screenshot('library-light');
});

test('the ticked space goes to a folder that the system dialog picks', async () => {
  const chosen = join(folder, 'My notes é');
  await mkdir(chosen);
  await app.click('button', /^Add a folder/);
  await chooseFolder(chosen);
  await app.click('button', /^Send to My notes é/);
  await app.sees('Pictures and attachments');
  await app.audit('the review of an export');
  await app.screenshot('review-light');
  await app.click('button', /^Export \d+ pages$/);
  await app.sees('Your pages are in My notes é');
  await app.audit('the end of an export');
  await app.screenshot('finished-light');

  const expected = join(folder, 'by command');
  await pagelift(join(folder, 'own-of-command'), ['export', '--site', 'sample', '--space', KEY, '--to', expected]);
  await assertSameFiles(chosen, expected);
});

test('the report accounts for every page', async () => {
  await app.click('button', 'View report');
  await app.sees(/(\d+) selected = \1 written or unchanged/);
  await app.audit('the report');
  await app.screenshot('report-light');
});
