import { render, screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, test } from 'vitest';

import App from '../src/App.svelte';
import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import type { FakeOptions } from '../src/lib/backend/fake/fakeVault';
import { row, start } from './window';

const CLOUD = 'https://larkspoke.atlassian.net';
const DATA_CENTER = 'https://wiki.larkspoke.example/confluence';
const MARA = 'larkspoke.atlassian.net-mara';

/** Two people at one site, and one of them at another. */
async function opened(options: FakeOptions = {}) {
  const backend = new FakeBackend({ pause: '0', sites: [CLOUD, CLOUD, DATA_CENTER].join(','), ...options });
  const user = userEvent.setup();
  render(App, { backend });
  await screen.findByRole('main');
  await row('Onboarding');
  return { user, backend };
}

async function sites(options: FakeOptions = {}) {
  const { user, backend } = await opened(options);
  await user.keyboard('{Control>},{/Control}');
  await user.click(await screen.findByRole('button', { name: 'Manage sites…' }));
  const sheet = within(await screen.findByRole('dialog', { name: 'Sites' }));
  await sheet.findByText('mara@larkspoke.example');
  const press = (name: string) => user.click(sheet.getByRole('button', { name }));
  return { user, backend, sheet, press };
}

describe('several accounts', () => {
  test('stand side by side at one site, and are switched to without signing out', async () => {
    const { user, backend } = await opened();
    expect(screen.getByRole('button', { name: /^larkspoke Mara Lindqvist/ })).toBeVisible();
    await user.keyboard('{Control>}2{/Control}');
    expect(await screen.findByRole('button', { name: /^larkspoke Tomás Ferreira/ })).toBeVisible();
    expect(screen.getByText('larkspoke, Tomás Ferreira')).toBeInTheDocument();
    expect(backend.calls.map(([method]) => method)).not.toContain('signOut');
  });
});

describe('the page of the sites', () => {
  test('says who is signed in, how, and with which permissions', async () => {
    const { user, sheet } = await sites({ missing: 'read:comment:confluence' });
    expect(sheet.getByText('With the browser')).toBeVisible();
    expect(sheet.getByText('8 permissions granted')).toBeVisible();
    expect(sheet.getByText('One more permission is needed, which your admin can add')).toBeVisible();
    await user.click(sheet.getByText('Show the step for the admin'));
    expect(sheet.getByText('Edit Scopes')).toBeVisible();
    sheet.getByRole('tab', { name: /^larkspoke Mara/ }).focus();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(await sheet.findByText('With a personal access token')).toBeVisible();
    expect(sheet.getByText('Ends in 9 days')).toBeVisible();
    expect(sheet.queryByRole('button', { name: 'Save connection card…' })).toBeNull();
  });

  test('tests a sign-in, and offers a new one where it ended', async () => {
    const { backend, sheet, press } = await sites();
    await press('Test');
    expect(await sheet.findByText('It works. The site knows you as Mara Lindqvist.')).toBeVisible();
    backend.ended.add(MARA);
    await press('Test');
    expect(await sheet.findByText('Your sign-in to this site ended')).toBeVisible();
    expect(sheet.getAllByRole('button', { name: 'Sign in again' })).not.toEqual([]);
  });

  test('renames', async () => {
    const { user, sheet, press } = await sites();
    await press('Rename…');
    const field = await sheet.findByLabelText('Name in Pagelift');
    await waitFor(() => expect(document.activeElement).toBe(field));
    await user.clear(field);
    await press('Rename');
    expect(sheet.getByText('Enter a name.')).toBeVisible();
    await user.type(field, 'Handbook{Enter}');
    expect(await sheet.findByRole('heading', { name: 'Handbook' })).toBeVisible();
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName('Rename…'));
  });

  test('signs out only after saying what is deleted, and Enter does not do it', async () => {
    const { user, backend, sheet, press } = await sites();
    await press('Sign out…');
    expect(
      await sheet.findByText(/^The sign-in of Mara Lindqvist is deleted from this computer/),
    ).toBeVisible();
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName('Cancel'));
    await user.keyboard('{Enter}');
    expect(backend.calls.map(([method]) => method)).not.toContain('signOut');
    await press('Sign out…');
    await press('Sign out');
    await waitFor(() => expect(backend.calls).toContainEqual(['signOut', MARA]));
    expect(await sheet.findByText('tomas@larkspoke.example')).toBeVisible();
    expect(sheet.getAllByRole('tab')).toHaveLength(2);
  });

  test('saves a card, with the secret only behind a passphrase', async () => {
    const { user, backend, sheet, press } = await sites();
    await press('Save connection card…');
    const [, save] = await sheet.findAllByRole('button', { name: 'Save connection card…' });
    if (save === undefined) throw new Error('no button to save');
    await user.click(sheet.getByRole('checkbox', { name: 'Include the client secret' }));
    await user.click(save);
    expect(sheet.getByText('Enter the passphrase.')).toBeVisible();
    const field = sheet.getByLabelText('Passphrase for the secret');
    await user.type(field, 'heron');
    await user.click(save);
    expect(await sheet.findByText(/Take 12 letters or more/)).toBeVisible();
    expect(screen.queryByText(/^The card is saved: /)).toBeNull();
    await user.type(field, ' on a grey day');
    await user.click(save);
    const passphrase = 'heron on a grey day';
    expect(backend.calls).toContainEqual(['saveCard', { site: MARA, typed: null, passphrase }]);
    expect(await screen.findAllByText(/^The card is saved: /)).not.toEqual([]);
  });

  test('says that there is no keychain, and lets the person choose to keep nothing', async () => {
    const { sheet, press } = await sites({ vault: 'missing' });
    expect(await sheet.findByText('There is no keychain here')).toBeVisible();
    await press('Keep until I quit');
    expect(await sheet.findByText('Sign-ins last until you quit, as you chose')).toBeVisible();
  });

  test('says where sign-ins are kept, and what helps where they are locked', async () => {
    const { backend, sheet, press } = await sites({ vault: 'locked' });
    expect(await sheet.findByText('The keychain is locked')).toBeVisible();
    await press('Try again');
    expect(backend.calls).toContainEqual(['retryVault']);
    expect(await sheet.findByText('Sign-ins are kept encrypted on this computer')).toBeVisible();
  });

  test('hides the sample, and brings it back', async () => {
    const user = await start();
    await user.click(screen.getByRole('button', { name: 'Look around with the sample' }));
    await row('Onboarding');
    await user.keyboard('{Control>},{/Control}');
    await user.click(await screen.findByRole('button', { name: 'Manage sites…' }));
    await user.click(await screen.findByRole('button', { name: 'Hide the sample' }));
    expect(await screen.findByRole('button', { name: 'Look around with the sample' })).toBeVisible();
  });
});

test('a site is added with the keyboard alone', async () => {
  const backend = new FakeBackend({ pause: '0', browser: 'wait' });
  const user = await start(backend);
  screen.getByRole('button', { name: 'Connect a site' }).focus();
  await user.keyboard('{Enter}');
  const at = (name: string | RegExp) =>
    waitFor(() => expect(document.activeElement).toHaveAccessibleName(name));
  const tabTo = async (name: string | RegExp) => {
    const wanted = typeof name === 'string' ? new RegExp(`^${name}$`) : name;
    for (let step = 0; step < 60; step += 1) {
      const label =
        document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '';
      const field = document.activeElement?.id
        ? document.querySelector(`label[for="${document.activeElement.id}"]`)?.textContent
        : undefined;
      if (wanted.test((field ?? label).trim())) return;
      await user.tab();
    }
    throw new Error(`the keyboard does not reach ${String(name)}`);
  };
  await at('Address');
  await user.keyboard(`${CLOUD}{Enter}`);
  await screen.findByText('Confluence Cloud');
  await user.keyboard('{Enter}');
  await at('Who sets this up?');
  await user.tab();
  await user.keyboard('{ArrowDown} ');
  expect(screen.getByRole('radio', { name: 'Someone else' })).toBeChecked();
  await tabTo('Client ID');
  await user.keyboard('made-up-client');
  await tabTo('Client secret');
  await user.keyboard('made-up-secret');
  await tabTo('Continue');
  await user.keyboard('{Enter}');
  await at('Sign in to larkspoke.atlassian.net');
  await tabTo('Open browser to sign in');
  await user.keyboard('{Enter}');
  await at('Waiting for the browser');
  void backend.comeBack();
  await at('Choose what to keep');
  await tabTo('Add 1 site');
  await user.keyboard('{Enter}');
  expect(await row('Onboarding')).toBeVisible();
});
