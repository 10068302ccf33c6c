/** Signing in with a real browser and a real keychain: once, and not again before it ends. No secret is left where others may look. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';
import { App, freePort } from './support/app.js';
import { Browser } from './support/browser.js';
import { chooseFolder, stealLinks } from './support/desktop.js';
import { CLIENT, EMAIL, PASSWORD, TOKEN, serveSite } from './support/fake.js';
import { assertSameFiles, pagelift } from './support/files.js';
import { serveCertified } from './support/oidc.js';
import { installed, ownFolders, program } from './support/programs.js';
import { assertNowhere, everyFile, processes } from './support/secrets.js';
import { WAYS, acceptAtCloud, allowAtDataCenter, giveAddress, giveIntegration } from './support/wizard.js';

const SPACE = 'Documentation & guides';
const KEY = 'DOCS';
/** Where the browser comes back to, by default. */
const LOOPBACK = 'http://localhost:17893';
const LINK = 'app.pagelift:/oauth/callback';
/** The field for the address at which the browser ended. */
const PASTE = 'Paste the address from your browser';

let folder;
let own;
let chosen;
let site;
let others;
let told;
let browser;
let app;

beforeEach(async () => {
  others = [];
  told = [];
  folder = await mkdtemp(join(tmpdir(), 'pagelift-e2e-'));
  own = join(folder, 'own');
  chosen = join(folder, 'Guides');
  await mkdir(chosen);
});

afterEach(async () => {
  await browser?.close();
  await app?.stop();
  for (const one of [site, ...others]) one?.end();
  await rm(folder, { recursive: true, force: true });
});

/** Starts the app, with the site in the place of Atlassian. */
async function start(environment = {}) {
  const origin = site.origin ?? new URL(site.address).origin;
  const atlassian = { PAGELIFT_AUTH_ORIGIN: origin, PAGELIFT_API_ORIGIN: origin };
  app = await App.start(own, { environment: { ...atlassian, ...environment } });
  await app.record();
}

/** Looks at a step in both themes. */
async function look(step) {
  for (const theme of ['dark', 'light']) {
    await app.wear(theme);
    await app.look(`sign-in-${step}`, theme);
  }
}

/** Presses the button that opens the system's browser, in which nobody is known, and answers the page of `at` that it shows. */
async function openBrowser(links, at = site) {
  await browser?.close();
  browser = await Browser.install(links);
  await app.click('button', 'Open browser to sign in');
  return await browser.page(at.origin ?? new URL(at.address).origin);
}

const clientOf = ({ clientId, clientSecret }) => ({ id: clientId, secret: clientSecret });

/** Chooses from the menu of sites. */
async function fromSites(item) {
  await app.click('button', /Switch site/);
  await app.click('menuitem', item);
}

/** Exports the space to the chosen folder, which is on the shelf or comes from the system's dialog. */
async function exportSpace({ isNew }) {
  await app.tick(SPACE);
  if (isNew) {
    await app.click('button', /^Add a folder/);
    await chooseFolder(chosen);
  }
  await app.click('button', /^Send to Guides/);
  await app.click('button', /^Export( \d+ files?)?$/);
  await app.sees('Your pages are in Guides');
  await app.click('button', 'Close');
}

/** What the command writes when it is signed in with a token of its own. */
async function exportWithToken(address, email) {
  const expected = await mkdtemp(join(folder, 'by token '));
  const signIn = { PAGELIFT_EMAIL: email, PAGELIFT_TOKEN: TOKEN };
  const command = ['export', '--url', address, '--space', KEY, '--blogs', '--to', expected];
  await pagelift(join(folder, 'own of the command'), command, signIn);
  return expected;
}

/** What the command writes with the sign-in that the window made. */
async function exportWithSignIn(name) {
  const written = await mkdtemp(join(folder, 'by command '));
  const { stdout, stderr } = await pagelift(own, [
    ...['export', '--site', name, '--space', KEY, '--blogs', '--json', '--to', written],
  ]);
  told.push(['what the command prints', stdout], ['what the command says', stderr]);
  return written;
}

/** The system is asked to open a link. A second start hands it to the app that runs, and ends. */
async function openLink(link) {
  await promisify(execFile)(program('PAGELIFT_APP'), [link], { env: { ...process.env, ...ownFolders(own) } });
}

/** Searches all that the app wrote and said, and everything that others may see of it, for secrets. */
async function searchForSecrets(secrets) {
  const { sent, got } = await app.messages();
  const shown = await app.driver.executeScript(
    `return document.documentElement.outerHTML + [...document.querySelectorAll('input')].map((one) => one.value)`,
  );
  const folders = ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'XDG_RUNTIME_DIR'];
  const files = await Promise.all([folder, ...folders.map((name) => process.env[name])].map(everyFile));
  const places = [
    ...files.flat(),
    ...(await processes(await app.pid())),
    ...got.map((message) => ['a message to the window', message]),
    ...told,
    ['what the window shows', shown],
    ['what the app says', Buffer.concat(app.said)],
  ];
  assertNowhere(secrets, places);
  assert.throws(() => assertNowhere([new URL(site.address).host], places), 'what is no secret is found');
  return sent;
}

test('somebody signs in to Cloud with the browser, and stays signed in', async () => {
  site = await serveSite('--oauth', '--second-site', '--token-size', '8192', '--pages', '30', '--attachments', '6');
  await start();
  await app.click('button', /^Connect a site/);
  await giveAddress(app, site.address, look);
  await giveIntegration(app, { look });
  const page = await openBrowser({ [LOOPBACK]: ['pagelift'] });
  await look('waiting');
  await acceptAtCloud(page, { sites: [site.second] });
  await app.find('checkbox', /^Second wiki/);
  await look('choose');

  // The page at which the browser ends leads back to the window.
  await app.putAway();
  await page.getByRole('link', { name: 'Show Pagelift' }).click();
  assert.doesNotMatch(page.url(), /code=|state=/);
  await app.isInFront();
  await app.click('button', 'Add 1 site');
  await exportSpace({ isNew: true });
  await assertSameFiles(chosen, await exportWithToken(site.address, EMAIL));

  await app.stop();
  await start();
  await exportSpace({ isNew: false });
  const { stdout } = await pagelift(own, ['site', 'list']);
  assert.equal(stdout.trim().split('\n').length, 1, 'one of the two sites is kept');
  assert.match(stdout, /First wiki/);
  await assertSameFiles(chosen, await exportWithSignIn('First wiki'));
  const log = await site.log();
  assert.equal(log.authorizations, 1, 'nobody was asked again');

  const sent = await searchForSecrets([...(await site.issued()), CLIENT.secret]);
  assertNowhere(await site.issued(), sent.map((message) => ['a message of the window', message]));
  app.assertAccessible();
});

test('somebody signs in to Data Center by the link that the browser hands to the system', async () => {
  site = await serveSite(
    ...['--data-center', '/confluence', '--oauth', '--redirect', LINK, '--pkce', 'required'],
    ...['--pages', '30', '--attachments', '6'],
  );
  const links = { [new URL(site.address).origin]: ['app.pagelift'] };
  await start();
  await app.click('button', /^Connect a site/);
  await giveAddress(app, site.address);
  await giveIntegration(app);
  await stealLinks('app.pagelift');
  const page = await openBrowser(links);

  // A link that somebody else made changes nothing, and does not even show the window.
  await app.putAway();
  await openLink('app.pagelift:/oauth/callback?code=made-up&state=made-up');
  assert.ok(await app.isAway());
  await allowAtDataCenter(page);
  await app.isInFront();
  await app.click('button', 'Add 1 site');
  await exportSpace({ isNew: true });
  await assertSameFiles(chosen, await exportWithToken(site.address, ''));

  // Another day: the token of the site is too old, and the app gets a new one by itself.
  await app.stop();
  await site.make('end-access');
  await start();
  await exportSpace({ isNew: false });
  assert.equal((await site.log()).authorizations, 1, 'nobody was asked again');
  assert.equal((await site.log()).renewals, 1);

  // Somebody else on the same site.
  await fromSites(/^Connect another site/);
  await giveAddress(app, site.address);
  await giveIntegration(app);
  await allowAtDataCenter(await openBrowser(links), 'bo');
  await app.click('button', 'Add 1 site');
  await app.find('button', /Bo .*Switch site/);
  await app.tick(SPACE);

  // The site takes that sign-in back. Nothing else changes, and signing in again is all that is needed.
  await site.make('revoke?account=1');
  await app.press('F5');
  await app.sees('Your sign-in to this site ended');
  await look('ended');
  await app.click('button', 'Sign in again');
  await allowAtDataCenter(await openBrowser(links), 'bo');
  await app.sees(/You are signed in to .* again/);
  await app.find('treeitem', new RegExp(`^${SPACE}, ticked`));

  // What is signed out is gone.
  await fromSites(/^Manage sites/);
  await app.click('tab', /Ada Example/);
  await look('sites');
  await app.click('button', /^Sign out/);
  await look('sign-out');
  await app.click('button', 'Sign out');
  await app.sees(/You are signed out of/);
  const { stdout } = await pagelift(own, ['site', 'list']);
  assert.match(stdout, /Bo Müller/);
  assert.doesNotMatch(stdout, /Ada Example/);
  assert.equal((await site.log()).revocations, 1, 'the site knows, too');
  await searchForSecrets([...(await site.issued()), CLIENT.secret, PASSWORD]);
  app.assertAccessible();
});

test('where no browser can come back, its address is pasted, on Cloud and on Data Center', async () => {
  site = await serveSite('--oauth', '--pages', '10', '--attachments', '2');
  // The way back is an address of the site itself, which shows no page there; plain http is for this name alone.
  const port = await freePort();
  const address = `http://localhost:${port}`;
  const back = ['--port', String(port), '--redirect', `${address}/oauth/callback`];
  const served = await serveSite('--data-center', '/', '--oauth', ...back, '--pages', '12', '--attachments', '2');
  others.push(served);
  const server = { ...served, address };
  await start();
  await app.click('button', /^Connect a site/);
  await giveAddress(app, site.address);
  await giveIntegration(app, { way: WAYS.paste, look: (step) => look(`paste-${step}`) });
  const page = await openBrowser();
  const callback = browser.sentTo(page, LOOPBACK);
  await acceptAtCloud(page);
  await app.type(PASTE, `${LOOPBACK}/oauth/callback?code=made-up&state=made-up`);
  await app.click('button', 'Use');
  await app.sees(/^Copy the whole address/m);
  await look('paste-refused');
  await app.type(PASTE, await callback);
  await app.click('button', 'Use');
  await app.click('button', 'Add 1 site');

  await fromSites(/^Connect another site/);
  await giveAddress(app, server.address);
  await giveIntegration(app, { way: WAYS.paste });
  const asked = await openBrowser({}, server);
  const second = browser.sentTo(asked, `${address}/oauth/callback`);
  await allowAtDataCenter(asked);
  await app.type(PASTE, await second);
  await app.click('button', 'Use');
  await app.click('button', 'Add 1 site');

  await app.sees(new URL(server.address).host);
  await assertSameFiles(await exportWithSignIn('First wiki'), await exportWithToken(site.address, EMAIL));
  await assertSameFiles(await exportWithSignIn(new URL(server.address).host), await exportWithToken(server.address, ''));
  const issued = [...(await site.issued()), ...(await server.issued())];
  const codes = [await callback, await second].map((address) => new URL(address).searchParams.get('code'));
  const sent = await searchForSecrets([...issued, CLIENT.secret]);
  const tokens = issued.filter((secret) => !codes.includes(secret));
  assert.equal(tokens.length, issued.length - 2, 'the codes are among what was issued');
  assertNowhere(tokens, sent.map((message) => ['a message of the window', message]));
  app.assertAccessible();
});

test('all of it holds against an authorization server that others wrote and certified', async () => {
  const serving = ['--pages', '10', '--attachments', '2'];
  site = await serveCertified({ isCloud: true, redirect: `${LOOPBACK}/oauth/callback`, serving });
  const server = await serveCertified({ isCloud: false, redirect: LINK, serving });
  others.push(server);
  const accept = async (page) => await page.getByRole('button', { name: 'Accept' }).click({ noWaitAfter: true });
  await start();
  await app.click('button', /^Connect a site/);
  await giveAddress(app, site.address);
  await giveIntegration(app, { client: clientOf(site) });
  await accept(await openBrowser());
  await app.click('button', 'Add 1 site');
  await fromSites(/^Connect another site/);
  await giveAddress(app, server.address);
  await giveIntegration(app, { client: clientOf(server) });
  await accept(await openBrowser({ [server.origin]: ['app.pagelift'] }, server));
  await app.click('button', 'Add 1 site');
  await app.sees(/is connected/);

  const { host } = new URL(server.address);
  const [cloud, dataCenter] = [await exportWithSignIn('Certified wiki'), await exportWithSignIn(host)];
  await assertSameFiles(cloud, await exportWithToken(site.address, EMAIL));
  await site.endAccessTokens();
  await server.endAccessTokens();
  await assertSameFiles(await exportWithSignIn('Certified wiki'), cloud);
  await assertSameFiles(await exportWithSignIn(host), dataCenter);
  for (const { log } of [site, server]) {
    const { authorizations, exchanges, renewals, refusals } = log;
    assert.deepEqual({ authorizations, exchanges, renewals, refusals }, { authorizations: 1, exchanges: 1, renewals: 1, refusals: [] });
  }
  await searchForSecrets([...site.issued, ...server.issued, site.clientSecret, server.clientSecret]);
});

test('where no browser can be opened, the address is there to be taken to one', async () => {
  site = await serveSite('--oauth', '--consent', 'accept', '--pages', '5', '--attachments', '0');
  // Nothing but what the test itself needs can be found by its name.
  await symlink(await installed('WebKitWebDriver'), join(folder, 'WebKitWebDriver'));
  await start({ PATH: folder });
  await app.click('button', /^Connect a site/);
  await giveAddress(app, site.address);
  await giveIntegration(app);
  await app.click('button', 'Open browser to sign in');
  await app.sees('The browser could not be opened');
  await look('no-browser');

  const [address] = /http:\S+authorize\S+/.exec(await app.text());
  await fetch(address);
  await app.click('button', 'Add 1 site');
  await app.sees('is connected');
  app.assertAccessible();
});
