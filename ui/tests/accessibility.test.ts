import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, test } from 'vitest';

import App from '../src/App.svelte';
import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import { sampleCard } from '../src/lib/backend/fake/fakeSite';
import { en } from '../src/i18n/en';
import { openSample, part, row, start } from './window';

/** What the rules of accessibility find wrong. Colours are not known without a browser; see the tokens for those. */
async function faults(): Promise<string[]> {
  const rules = { 'color-contrast': { enabled: false } };
  const { violations } = await axe.run(document.body, { rules, iframes: false });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

test('nothing is wrong with the welcome and the steps of the wizard', async () => {
  const backend = new FakeBackend({
    pause: '0',
    browser: 'wait',
    more: '1',
    missing: 'read:comment:confluence',
    'check.clock': 'doubtful',
  });
  const user = await start(backend);
  expect(await faults()).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Connect a site' }));
  const wizard = within(await screen.findByRole('dialog'));
  const press = (name: string) => wizard.findByRole('button', { name }).then((it) => user.click(it));
  await user.type(wizard.getByLabelText('Address'), 'https://larkspoke.atlassian.net{Enter}');
  await wizard.findByText('Confluence Cloud');
  expect(await faults()).toEqual([]);
  await press('Continue');
  for (const way of [/API token/, 'Someone else', 'I can']) {
    await user.click(await wizard.findByRole('radio', { name: way }));
    expect(await faults()).toEqual([]);
  }
  await user.type(wizard.getByRole('textbox', { name: 'Client ID' }), 'made-up');
  await user.type(wizard.getByLabelText('Client secret'), 'made-up');
  await press('Continue');
  await press('Open browser to sign in');
  await wizard.findByRole('heading', { name: 'Waiting for the browser' });
  backend.tell({ event: 'disturbed' });
  expect(await faults()).toEqual([]);
  void backend.comeBack();
  await wizard.findByRole('heading', { name: 'Choose what to keep' });
  expect(await faults()).toEqual([]);
});

test('nothing is wrong with the sites, a card and its passphrase', async () => {
  const backend = new FakeBackend({
    pause: '0',
    sites: 'https://larkspoke.atlassian.net,https://wiki.larkspoke.example',
    missing: 'read:comment:confluence',
    vault: 'locked',
  });
  const user = userEvent.setup();
  render(App, { backend });
  await screen.findByRole('main');
  await row('Onboarding');
  await user.keyboard('{Control>},{/Control}');
  await user.click(await screen.findByRole('button', { name: 'Manage sites…' }));
  const sheet = within(await screen.findByRole('dialog', { name: 'Sites' }));
  await sheet.findByText('The keychain is locked');
  for (const task of ['Rename…', 'Save connection card…', 'Sign out…', 'Test']) {
    await user.click(sheet.getAllByRole('button', { name: task })[0] as HTMLElement);
    expect(await faults()).toEqual([]);
  }
  backend.dropCard(sampleCard('sealed'));
  await screen.findByLabelText('Passphrase');
  expect(await faults()).toEqual([]);
});

test('nothing is wrong with the library, its sheets and the report', async () => {
  const user = await openSample();
  await user.click(part(await row('Onboarding'), 'tick'));
  await user.click(await row('Onboarding'));
  await screen.findByTitle('Content of Onboarding');
  expect(await faults()).toEqual([]);
  await user.click(screen.getByRole('radio', { name: 'Markdown' }));
  expect(await faults()).toEqual([]);
  await user.keyboard('{Control>}k{/Control}');
  await screen.findByRole('combobox');
  expect(await faults()).toEqual([]);
  await user.keyboard('{Escape}');
  await user.click(screen.getByRole('button', { name: /Add a folder/ }));
  await user.click(await screen.findByRole('button', { name: /^Send to Vault/ }));
  await user.click(await screen.findByRole('button', { name: 'Change format…' }));
  const sheet = await screen.findByRole('dialog', { name: 'Format and options for Vault' });
  for (const group of Object.values(en.output.groups)) {
    await user.click(within(sheet).getByRole('button', { name: group }));
  }
  expect(await faults()).toEqual([]);
  await user.click(within(sheet).getByText('Done'));
  await user.click(await screen.findByRole('button', { name: /^Export \d files$/ }));
  await user.click(await screen.findByRole('button', { name: 'View report' }));
  await screen.findByText(/^8 selected/);
  expect(await faults()).toEqual([]);
});
