/** A connection card: an admin saves it, a colleague opens it, and neither the file nor the window gives the secret away. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import { App } from './support/app.js';
import { Browser } from './support/browser.js';
import { saveAs } from './support/desktop.js';
import { CLIENT, serveSite } from './support/fake.js';
import { ownFolders, program } from './support/programs.js';
import { assertNowhere, everyFile } from './support/secrets.js';
import { acceptAtCloud, fillIntegration, giveAddress } from './support/wizard.js';

const PASSPHRASE = 'correct horse battery staple';

let folder;
let site;
let browser;
let app;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pagelift-e2e-'));
  site = await serveSite('--oauth', '--pages', '5', '--attachments', '0');
});

afterEach(async () => {
  await browser?.close();
  await app?.stop();
  site?.end();
  await rm(folder, { recursive: true, force: true });
});

async function start(person, args = []) {
  const origin = site.address;
  const environment = { PAGELIFT_AUTH_ORIGIN: origin, PAGELIFT_API_ORIGIN: origin };
  app = await App.start(join(folder, person), { environment, args });
  await app.record();
}

async function look(step) {
  for (const theme of ['dark', 'light']) {
    await app.wear(theme);
    await app.look(`card-${step}`, theme);
  }
}

test('an admin saves a card, and a colleague who double-clicks it has only to sign in', async () => {
  const card = join(folder, 'Acme é.pagelift-site');
  await start('admin');
  await app.click('button', /^Connect a site/);
  await giveAddress(app, site.address);
  await fillIntegration(app);
  await app.unfold('Connection card for colleagues');
  await app.click('checkbox', 'Include the client secret');
  await app.type('Passphrase for the secret', PASSPHRASE);
  await look('save');
  await app.click('button', 'Save connection card…');
  await saveAs(card);
  await app.sees('The card is saved');
  await app.stop();
  assert.ok((await readFile(card, 'utf8')).includes(CLIENT.id));

  await start('colleague', [card]);
  await app.sees('Unlock the connection card');
  await app.type('Passphrase', 'wrong');
  await app.click('button', 'Unlock');
  await app.sees('The passphrase does not open this card');
  await look('unlock');
  await app.type('Passphrase', PASSPHRASE);
  await app.click('button', 'Unlock');
  await app.click('button', 'Check address');
  await app.click('button', 'Continue');
  browser = await Browser.install();
  await app.click('button', 'Open browser to sign in');
  await acceptAtCloud(await browser.page(site.address));
  await app.click('button', 'Add 1 site');
  await app.sees('is connected');

  // Another way to hand it over, and what is no card.
  await writeFile(join(folder, 'letter.txt'), 'no card');
  await writeFile(join(folder, 'broken.pagelift-site'), '{"pagelift-site": 1}');
  await app.drop(join(folder, 'letter.txt'));
  await app.drop(join(folder, 'broken.pagelift-site'));
  await app.sees('This file is not a connection card');
  await app.drop(card);
  await app.sees('Unlock the connection card');
  await app.click('button', 'Close');
  await app.putAway();
  await promisify(execFile)(program('PAGELIFT_APP'), [card], {
    env: { ...process.env, ...ownFolders(join(folder, 'colleague')) },
  });
  await app.isInFront();
  await app.sees('Unlock the connection card');

  const { got } = await app.messages();
  const messages = got.map((message) => ['a message to the window', message]);
  assertNowhere([...(await site.issued()), CLIENT.secret, PASSPHRASE], [...(await everyFile(folder)), ...messages]);
  app.assertAccessible();
});
