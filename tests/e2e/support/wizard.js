/** The wizard that adds a site, the way a person goes through it. */

import { CLIENT, PASSWORD } from './fake.js';

/** What stands for each way back. */
export const WAYS = {
  loopback: 'To an address on this computer',
  'deep-link': 'By a link that opens Pagelift',
  paste: 'I paste the address from the browser',
};

/** To the question who sets this up. `look` is told the name of each step that is reached. */
export async function giveAddress(app, address, look = async () => {}) {
  await app.type('Address', address);
  await app.click('button', 'Check address');
  await app.find('button', 'Continue');
  await look('address');
  await app.click('button', 'Continue');
  await app.find('radiogroup', 'Who sets this up?');
}

/** Says that one sets it up oneself, and types the values of an integration. A way back is chosen where it is not the usual one. */
export async function fillIntegration(app, { client = CLIENT, way } = {}) {
  await app.click('radio', 'I can');
  if (way) {
    await app.unfold('How the browser comes back');
    await app.choose('Way back', way);
  }
  await app.type('Client ID', client.id);
  await app.type('Client secret', client.secret);
}

/** To the button that opens the browser. */
export async function giveIntegration(app, { look = async () => {}, ...values } = {}) {
  await fillIntegration(app, values);
  await look('permission');
  await app.click('button', 'Continue');
  await app.find('button', 'Open browser to sign in');
  await look('sign-in');
}

/** From the question who sets this up to a site that is signed in to, or to what is wrong with the token. */
export async function giveToken(app, token, email) {
  await app.click('radio', /^Nobody/);
  await app.click('button', 'Continue');
  if (email) await app.type('E-mail address of your Atlassian account', email);
  await submitToken(app, token);
}

/** Types a token and signs in with it. */
export async function submitToken(app, token) {
  await app.type(/^(API|Personal access) token$/, token);
  await app.click('button', 'Sign in');
}

/** Answers the question of the fake Cloud in the browser: whose account, and the sites that are ticked. */
export async function acceptAtCloud(page, { account, sites = [] } = {}) {
  if (account) await page.getByLabel('Account').selectOption({ index: account });
  for (const site of sites) await page.getByLabel(site).check();
  await page.getByRole('button', { name: 'Accept' }).click({ noWaitAfter: true });
}

/** Logs in at the fake Data Center in the browser, and allows what is asked. */
export async function allowAtDataCenter(page, user = 'ada') {
  await page.getByLabel('Username').fill(user);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('button', { name: 'Allow' }).click({ noWaitAfter: true });
}
