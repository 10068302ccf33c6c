import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { render } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import App from '../src/App.svelte';
import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import { people, sampleCard } from '../src/lib/backend/fake/fakeSite';
import type { FakeOptions } from '../src/lib/backend/fake/fakeVault';
import { part, row, start } from './window';

const CLOUD = 'https://larkspoke.atlassian.net';
const DATA_CENTER = 'https://wiki.larkspoke.example/confluence';

/** Opens the wizard, pastes an address and goes on to the permission. */
async function permission(address: string, options: FakeOptions = {}) {
  const backend = new FakeBackend({ pause: '0', ...options });
  const user = await start(backend);
  await user.click(screen.getByRole('button', { name: 'Connect a site' }));
  const wizard = within(await screen.findByRole('dialog'));
  await user.type(wizard.getByLabelText('Address'), `${address}{Enter}`);
  const press = (name: string) => wizard.findByRole('button', { name }).then((it) => user.click(it));
  await press('Continue');
  await wizard.findByRole('heading', { name: 'Who sets this up?' });
  return { user, backend, wizard, press };
}

async function opened(options: FakeOptions) {
  const backend = new FakeBackend({ pause: '0', steps: '3', ...options });
  const user = userEvent.setup();
  render(App, { backend });
  await screen.findByRole('button', { name: /Switch site/ });
  return { user, backend };
}

describe('signing in with a token', () => {
  test('Data Center offers it first, and asks for nothing but the token', async () => {
    const { user, backend, wizard, press } = await permission(DATA_CENTER);
    const [first] = wizard.getAllByRole('radio');
    expect(first).toHaveAccessibleName('Nobody: sign in with a personal access token');
    expect(first).toBeChecked();
    await press('Continue');
    await user.type(await wizard.findByLabelText('Personal access token'), 'made-up{Enter}');
    expect(await screen.findByRole('button', { name: /^wiki Mara Lindqvist/ })).toBeVisible();
    expect(backend.calls).toContainEqual([
      'connectWithToken',
      { address: DATA_CENTER, email: '', token: 'made-up', name: '', again: null },
    ]);
  });

  test('Cloud needs the e-mail address too; each empty field is named, and nothing is sent', async () => {
    const { user, backend, wizard, press } = await permission(CLOUD);
    await user.click(wizard.getByRole('radio', { name: /API token/ }));
    await press('Continue');
    await press('Sign in');
    expect(wizard.getByText('Enter the e-mail address of your Atlassian account.')).toBeVisible();
    expect(wizard.getByText('Paste an API token.')).toBeVisible();
    expect(wizard.getByLabelText(/^E-mail/)).toHaveProperty('ariaInvalid', 'true');
    expect(backend.calls.map(([method]) => method)).not.toContain('connectWithToken');
  });

  test('one that is refused is told in words, and what was typed stays', async () => {
    const { user, wizard, press } = await permission(CLOUD, { 'fail.connectWithToken': 'sign-in-rejected' });
    await user.click(wizard.getByRole('radio', { name: /API token/ }));
    await press('Continue');
    await user.type(await wizard.findByLabelText(/^E-mail/), 'mara@larkspoke.example');
    await user.type(wizard.getByLabelText('API token'), 'made-up');
    await press('Sign in');
    expect(await wizard.findByText('The site did not accept this sign-in')).toBeVisible();
    expect(wizard.getByLabelText(/^E-mail/)).toHaveValue('mara@larkspoke.example');
    expect(wizard.getByLabelText('API token')).toHaveAttribute('type', 'password');
    await press('Show');
    expect(wizard.getByLabelText('API token')).toHaveAttribute('type', 'text');
  });

  test('without a keychain there is a way on, and it is said that it does not last', async () => {
    const { user, backend, wizard, press } = await permission(DATA_CENTER, {
      'fail.connectWithToken': 'keychain-missing',
    });
    await press('Continue');
    await user.type(await wizard.findByLabelText('Personal access token'), 'made-up{Enter}');
    expect(await wizard.findByText('This computer has no keychain')).toBeVisible();
    await press('Keep until I quit');
    expect(await screen.findByRole('button', { name: /^wiki/ })).toBeVisible();
    expect(backend.calls).toContainEqual(['keepUntilQuit']);
    expect(await screen.findAllByText('Sign-ins last until you quit, as you chose')).not.toEqual([]);
  });
});

describe('signing in with the browser', () => {
  test('Data Center comes back by the link, and its secret may be empty', async () => {
    const { user, backend, wizard, press } = await permission(DATA_CENTER);
    await user.click(wizard.getByRole('radio', { name: 'I can' }));
    expect(await wizard.findByText('app.pagelift:/oauth/callback')).toBeVisible();
    await user.type(wizard.getByRole('textbox', { name: 'Client ID' }), 'made-up-client');
    await press('Continue');
    await press('Open browser to sign in');
    await press('Add 1 site');
    expect(await screen.findByRole('button', { name: /Switch site/ })).toBeVisible();
    expect(backend.calls).toContainEqual([
      'beginSignIn',
      {
        kind: 'data-center',
        address: DATA_CENTER,
        name: '',
        integration: {
          client_id: 'made-up-client',
          client_secret: '',
          card: null,
          route: 'deep-link',
          callback: null,
          pkce: 's256',
        },
        again: null,
        by_hand: false,
      },
    ]);
  });

  test('where the way back is taken, the same address is pasted by hand', async () => {
    const { user, backend, wizard, press } = await permission(CLOUD, {
      browser: 'wait',
      'fail.beginSignIn': 'port-taken',
    });
    await user.click(wizard.getByRole('radio', { name: 'I can' }));
    await user.type(wizard.getByRole('textbox', { name: 'Client ID' }), 'made-up-client');
    await user.type(wizard.getByLabelText('Client secret'), 'made-up-secret');
    await press('Continue');
    await press('Open browser to sign in');
    expect(await wizard.findByText(/^Another program has taken the place/)).toBeVisible();
    delete backend.fail.beginSignIn;
    await press('Sign in and paste the address');
    await user.click(await wizard.findByLabelText('Paste the address from your browser'));
    await user.paste('http://localhost:17893/oauth/callback?code=made-up&state=made-up');
    await wizard.findByRole('heading', { name: 'Choose what to keep' });
    const [, request] = backend.calls.findLast(([method]) => method === 'beginSignIn') ?? [];
    expect(request).toMatchObject({ integration: { route: 'loopback' }, by_hand: true });
    expect(backend.calls.map(([method]) => method)).toContain('openInBrowser');
  });
});

describe('a sign-in that ended', () => {
  const ended = { sites: CLOUD, ended: '1' };

  test('can be pasted by hand too, where the way back is taken', async () => {
    const { user, backend } = await opened({ ...ended, browser: 'wait', 'fail.beginSignIn': 'port-taken' });
    await user.click(await screen.findByRole('button', { name: 'Sign in again' }));
    await user.click(await screen.findByRole('button', { name: 'Open browser to sign in' }));
    expect(await screen.findByText(/^Another program has taken the place/)).toBeVisible();
    delete backend.fail.beginSignIn;
    await user.click(screen.getByRole('button', { name: 'Sign in and paste the address' }));
    expect(await screen.findByLabelText('Paste the address from your browser')).toBeVisible();
    const [, request] = backend.calls.findLast(([method]) => method === 'beginSignIn') ?? [];
    expect(request).toMatchObject({ integration: null, by_hand: true });
  });

  test('is renewed with one button, for the same person, and what failed is read then', async () => {
    const { user, backend } = await opened(ended);
    await user.click(await screen.findByRole('button', { name: 'Sign in again' }));
    const wizard = within(await screen.findByRole('dialog', { name: 'Sign in to larkspoke again' }));
    expect(wizard.getByText('Sign in as Mara Lindqvist, as before. Nothing else changes.')).toBeVisible();
    backend.person = people.tomas;
    await user.click(wizard.getByRole('button', { name: 'Open browser to sign in' }));
    expect(await wizard.findByText('Somebody else signed in than before')).toBeVisible();
    backend.person = people.mara;
    await user.click(wizard.getByRole('button', { name: 'Open browser to sign in' }));
    expect(await row('Onboarding')).toBeVisible();
    expect(screen.queryByRole('dialog')).toBeNull();
    const [, request] = backend.calls.findLast(([method]) => method === 'beginSignIn') ?? [];
    expect(request).toMatchObject({ integration: null, again: 'larkspoke.atlassian.net-mara' });
  });

  test('in the middle of an export leads back to that export', async () => {
    const { user, backend } = await opened({ sites: CLOUD });
    await user.click(part(await row('Onboarding'), 'tick'));
    await user.click(screen.getByRole('button', { name: /Add a folder/ }));
    await user.click(await screen.findByRole('button', { name: /^Send to Vault/ }));
    const start = await screen.findByRole('button', { name: /^Export \d files$/ });
    backend.ended.add('larkspoke.atlassian.net-mara');
    await user.click(start);
    expect(await screen.findByText('Your sign-in to this site ended')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Sign in again' }));
    await user.click(await screen.findByRole('button', { name: 'Open browser to sign in' }));
    expect(await screen.findByRole('dialog', { name: /to Vault$/ })).toBeVisible();
  });
});

describe('a connection card', () => {
  async function open(backend: FakeBackend) {
    const user = await start(backend);
    await user.click(screen.getByRole('button', { name: 'I have a connection card' }));
    return user;
  }

  test('fills in the wizard; a wrong passphrase is told at its field', async () => {
    const backend = new FakeBackend({ pause: '0', card: 'sealed' });
    const user = await open(backend);
    const field = await screen.findByLabelText('Passphrase');
    await waitFor(() => expect(document.activeElement).toBe(field));
    await user.type(field, 'stork{Enter}');
    expect(await screen.findAllByText('The passphrase does not open this card')).not.toEqual([]);
    expect(field).toHaveProperty('ariaInvalid', 'true');
    await user.clear(field);
    await user.type(field, 'heron{Enter}');
    expect(await screen.findByText('Filled in by the connection card “Larkspoke wiki”')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Check address' }));
    await screen.findByText('Confluence Cloud');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    await user.click(await screen.findByRole('button', { name: 'Open browser to sign in' }));
    expect(await screen.findByRole('heading', { name: 'Choose what to keep' })).toBeVisible();
    const [, request] = backend.calls.findLast(([method]) => method === 'beginSignIn') ?? [];
    expect(request).toMatchObject({
      name: 'Larkspoke wiki',
      integration: { client_id: 'Qx7mV2pLr9Ks0aYtBn4e', client_secret: '', card: 'card-1' },
    });
  });

  test('without its secret, the secret is asked for and the rest is there', async () => {
    const backend = new FakeBackend({ pause: '0' });
    const user = await start(backend);
    backend.dropCard(sampleCard('none'));
    const check = await screen.findByRole('button', { name: 'Check address' });
    expect(backend.calls.map(([method]) => method)).not.toContain('detectSite');
    await user.click(check);
    await screen.findByText('Confluence Cloud');
    await user.click(screen.getByRole('button', { name: 'Continue' }));
    expect(await screen.findByRole('textbox', { name: 'Client ID' })).toHaveValue('Qx7mV2pLr9Ks0aYtBn4e');
    expect(screen.getByLabelText('Client secret')).toHaveValue('');
  });

  test('an address that is not that of the card any more says so, with the way back', async () => {
    const backend = new FakeBackend({ pause: '0' });
    const user = await start(backend);
    backend.dropCard(sampleCard('none'));
    const field = await screen.findByRole('textbox', { name: 'Address' });
    await user.clear(field);
    await user.type(field, 'https://other.example');
    expect(
      await screen.findByText(/^This is another address than that of the connection card/),
    ).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Use the address of the card' }));
    expect(field).toHaveValue('https://larkspoke.atlassian.net');
    expect(screen.queryByText(/^This is another address/)).toBeNull();
  });

  test('a file that is none is told where it was asked for', async () => {
    await open(new FakeBackend({ pause: '0', 'fail.openCard': 'card-invalid' }));
    expect(await screen.findByText('This file is not a connection card')).toBeVisible();
  });
});
