/** A first look: the sample is opened, a page previewed, a space exported, the report read; and the same in the dark. */

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { App } from './support/app.js';
import { chooseFolder } from './support/desktop.js';
import { assertSameFiles, filesIn, pagelift } from './support/files.js';

const SPACE = 'Product Docs';
const KEY = 'DOCS';
const PAGE = 'Whirl 3 hub dynamo';

let folder;
let app;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagelift-e2e-'));
  app = await App.start(join(folder, 'own'));
});

afterEach(async () => {
  await app?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function exportSample(theme) {
  await app.sees('Take your Confluence pages with you.');
  await app.look('welcome', theme);
  await app.openSample();

  await app.click('treeitem', `${SPACE}, not ticked`);
  await app.tick(SPACE);
  await app.showPage(PAGE);
  await app.seesInPreview(PAGE, /dynamo/i);
  await app.look('library', theme);

  const chosen = join(folder, 'My notes é');
  await mkdir(chosen);
  await app.click('button', /^Add a folder/);
  await chooseFolder(chosen);
  await app.click('button', /^Send to My notes é/);
  await app.sees('Pictures and attachments');
  await app.look('review', theme);
  await app.click('button', /^Export \d+ files?$/);
  await app.sees('Your pages are in My notes é');
  await app.look('finished', theme);
  await app.click('button', 'View report');
  await app.sees(/(\d+) selected = \1 written or unchanged/);
  await app.look('report', theme);
  return chosen;
}

test('a space of the sample goes to a folder from the system dialog, the very files that the command writes', async () => {
  const written = await exportSample('light');
  const expected = join(folder, 'by command');
  await pagelift(join(folder, 'own of the command'), ['export', '--site', 'sample', '--space', KEY, '--to', expected]);
  await assertSameFiles(written, expected);
  app.assertAccessible();
});

test('a format is chosen in the window, and kept; its files are those that the command writes', async () => {
  await app.openSample();
  await app.click('treeitem', `${SPACE}, not ticked`);
  await app.tick(SPACE);
  await app.showPage(PAGE);
  const chosen = join(folder, 'Site');
  await mkdir(chosen);
  await app.click('button', /^Add a folder/);
  await chooseFolder(chosen);
  await app.click('button', /^Send to Site/);
  await app.sees(/^Write \d+ files to Site$/m);
  await app.click('button', 'Change format…');
  await app.click('radio', 'Docusaurus');
  await app.sees('index.md');
  await app.look('format', 'light');
  await app.wear('dark');
  await app.look('format', 'dark');
  await app.click('button', 'Done');
  await app.click('button', /^Export \d+ files?$/);
  await app.sees('Your pages are in Site');

  const expected = join(folder, 'by command');
  const command = ['export', '--site', 'sample', '--space', KEY, '--format', 'docusaurus', '--to', expected];
  await pagelift(join(folder, 'own of the command'), command);
  await assertSameFiles(chosen, expected);
  const files = [...(await filesIn(chosen))];
  assert.ok(files.some(([name]) => name.endsWith('_category_.json')), 'the order of the sidebar');
  assert.ok(files.some(([name, bytes]) => name.endsWith('.md') && /^:::/m.test(bytes)), 'a note as Docusaurus has them');
  app.assertAccessible();
  await app.stop();

  app = await App.start(join(folder, 'own'));
  await app.openSample();
  await app.click('treeitem', `${SPACE}, not ticked`);
  await app.tick(SPACE);
  await app.click('button', /^Send to Site/);
  await app.sees('Docusaurus');
});

test('the dark look is kept from one start to the next, on every screen', async () => {
  await app.openSample();
  await app.click('button', 'Menu');
  await app.click('menuitem', /^Settings/);
  await app.click('radio', 'Dark');
  await app.look('settings', 'dark');
  await app.stop();

  app = await App.start(join(folder, 'own'));
  await exportSample('dark');
  app.assertAccessible();
});
