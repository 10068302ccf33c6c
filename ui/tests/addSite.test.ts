import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import type { FakeOptions } from '../src/lib/backend/fake/fakeVault';
import { start } from './window';

const CLOUD = 'larkspoke.atlassian.net/wiki/spaces/HB/pages/1';
const DATA_CENTER = 'https://wiki.larkspoke.example/confluence/display/HB/Home';

async function open(address: string, options: FakeOptions = {}) {
  const backend = new FakeBackend({ pause: '0', browser: 'wait', ...options });
  const user = await start(backend);
  await user.click(screen.getByRole('button', { name: 'Connect a site' }));
  const wizard = within(await screen.findByRole('dialog', { name: 'Connect a site' }));
  await user.type(wizard.getByLabelText('Address'), `${address}{Enter}`);
  const press = (name: string | RegExp) => wizard.findByRole('button', { name }).then((it) => user.click(it));
  const heading = async (name: string) => {
    const found = await wizard.findByRole('heading', { name });
    await waitFor(() => expect(document.activeElement).toBe(found));
  };
  return { user, backend, wizard, press, heading };
}

async function typeIntegration({ user, wizard, press }: Awaited<ReturnType<typeof open>>) {
  await press('Continue');
  await user.click(await wizard.findByRole('radio', { name: 'Someone else' }));
  await user.type(wizard.getByRole('textbox', { name: 'Client ID' }), 'made-up-client');
  await user.type(wizard.getByLabelText('Client secret'), 'made-up-secret');
  await press('Continue');
}

async function waiting(options: FakeOptions = {}) {
  const opened = await open(CLOUD, options);
  await typeIntegration(opened);
  await opened.press('Open browser to sign in');
  await opened.heading('Waiting for the browser');
  return opened;
}

describe('the address', () => {
  test('what is there is told in words before anything is asked', async () => {
    const { wizard } = await open(DATA_CENTER);
    expect(await wizard.findByText('Confluence Data Center 8.5.3')).toBeVisible();
    expect(wizard.getByText('wiki.larkspoke.example/confluence')).toBeVisible();
    expect(wizard.getByText('This computer trusts its certificate')).toBeVisible();
  });

  test('none, and one that is none, are marked at the field', async () => {
    const { user, backend, wizard, press } = await open(' ');
    expect(wizard.getByText('Paste an address from your Confluence.')).toBeVisible();
    await user.type(wizard.getByLabelText('Address'), 'my wiki');
    await press('Check address');
    expect(await wizard.findByText('This is not the address of a Confluence site')).toBeVisible();
    expect(wizard.getByLabelText('Address')).toHaveProperty('ariaInvalid', 'true');
    expect(backend.calls).toContainEqual(['detectSite', 'my wiki']);
  });

  test('a check that fails has one sentence and one thing to do, and nothing leads past it', async () => {
    const { backend, wizard, press } = await open('http://wiki.larkspoke.example', {
      'check.clock': 'doubtful',
    });
    expect(
      await wizard.findByText('The connection is not encrypted. Sign-ins go over https only.'),
    ).toBeVisible();
    expect(wizard.getByText('The clocks differ by 11 min. Set the clock of this computer.')).toBeVisible();
    await press('Continue');
    expect(wizard.queryByRole('heading', { name: 'Who sets this up?' })).toBeNull();
    await press('Use https');
    expect(await wizard.findByText('The connection is encrypted')).toBeVisible();
    expect(backend.calls).toContainEqual(['detectSite', 'https://wiki.larkspoke.example']);
    await press('Continue');
    expect(await wizard.findByRole('heading', { name: 'Who sets this up?' })).toBeVisible();
  });

  test('an answer to an earlier text is not taken for one to a later', async () => {
    const backend = new FakeBackend({ pause: '0' });
    let answer = () => {};
    const late = new Promise<void>((done) => (answer = done));
    const detect = backend.detectSite.bind(backend);
    backend.detectSite = async (address) => {
      if (address.includes('old')) await late;
      return detect(address);
    };
    const user = await start(backend);
    await user.click(screen.getByRole('button', { name: 'Connect a site' }));
    const field = await screen.findByLabelText('Address');
    await user.type(field, 'old.atlassian.net{Enter}');
    await user.clear(field);
    await user.type(field, 'new.atlassian.net{Enter}');
    await screen.findByText('new.atlassian.net');
    answer();
    await new Promise((done) => setTimeout(done));
    expect(screen.queryByText('old.atlassian.net')).toBeNull();
  });
});

describe('the permission', () => {
  test('who sets it up gets every value to copy, and a box to tick for every step', async () => {
    const { user, wizard, press, heading } = await open(CLOUD);
    await press('Continue');
    await heading('Who sets this up?');
    await press('Continue');
    expect(wizard.getByText('Choose one of these.')).toBeVisible();
    await user.click(wizard.getByRole('radio', { name: 'I can' }));
    await press('Copy Return address');
    expect(await navigator.clipboard.readText()).toBe('http://localhost:17893/oauth/callback');
    await press('Copy read:comment:confluence');
    expect(await navigator.clipboard.readText()).toBe('read:comment:confluence');
    const step = wizard.getByRole('checkbox', { name: /^Done: Enter the return address/ });
    await user.click(step);
    expect(step).toBeChecked();
    await press('Continue');
    expect(wizard.getByText('Paste the client ID.')).toBeVisible();
    expect(wizard.getByText('Paste the client secret.')).toBeVisible();
  });

  test('another way back is another address in the steps, with a word of warning for Cloud', async () => {
    const { user, wizard, press } = await open(CLOUD);
    await press('Continue');
    await user.click(await wizard.findByRole('radio', { name: 'I can' }));
    await user.click(wizard.getByText('How the browser comes back'));
    await user.selectOptions(wizard.getByLabelText('Way back'), 'By a link that opens Pagelift');
    expect(wizard.getByText(/^It is not known whether the developer console/)).toBeVisible();
    expect(await wizard.findAllByText('app.pagelift:/oauth/callback')).not.toEqual([]);
  });

  test('an admin elsewhere gets a message to copy or to save', async () => {
    const { user, backend, wizard, press } = await open(CLOUD);
    await press('Continue');
    await user.click(await wizard.findByRole('radio', { name: 'Someone else' }));
    await press('Copy message to admin');
    expect(await navigator.clipboard.readText()).toContain('Return address: http://localhost:17893');
    await press('Save as text…');
    expect(backend.calls).toContainEqual([
      'saveGuide',
      'cloud',
      'loopback',
      'https://larkspoke.atlassian.net',
    ]);
  });
});

describe('signing in with the browser', () => {
  test('leads to the sites that are ticked, each with what it lacks', async () => {
    const { user, backend, wizard, press, heading } = await waiting({
      more: '2',
      missing: 'read:comment:confluence',
    });
    void backend.comeBack();
    await heading('Choose what to keep');
    expect(wizard.getByText('Mara Lindqvist')).toBeVisible();
    expect(wizard.getByText('Comments')).toBeVisible();
    expect(wizard.getByText('Everything else works without.')).toBeVisible();
    await user.click(wizard.getByRole('checkbox', { name: /^larkspoke labs/ }));
    await press('Add 2 sites');
    expect(await screen.findByRole('button', { name: /^larkspoke Mara Lindqvist/ })).toBeVisible();
    const [, , sites] = backend.calls.find(([method]) => method === 'finishSignIn') ?? [];
    expect(sites).toEqual(['larkspoke.atlassian.net', 'labs-larkspoke.atlassian.net']);
  });

  test('without a site, nothing is added', async () => {
    const { user, backend, wizard, press, heading } = await waiting();
    void backend.comeBack();
    await heading('Choose what to keep');
    await user.click(wizard.getByRole('checkbox', { name: /^larkspoke/ }));
    await press('Add 0 sites');
    expect(wizard.getByText('Tick at least one site.')).toBeVisible();
  });

  test('the address of the browser can be pasted, and a wrong one is told at its field', async () => {
    const { user, wizard, press, heading } = await waiting();
    const field = wizard.getByLabelText('Paste the address from your browser');
    await user.type(field, 'https://larkspoke.atlassian.net/home');
    await press('Use');
    expect(await wizard.findByText(/^Copy the whole address from the browser window/)).toBeVisible();
    await user.clear(field);
    await user.click(field);
    await user.paste('http://localhost:17893/oauth/callback?code=made-up&state=made-up');
    await heading('Choose what to keep');
  });

  test('an answer from elsewhere is told, and the way on is at hand', async () => {
    const { backend, wizard } = await waiting();
    backend.tell({ event: 'disturbed' });
    const notice = 'Something else keeps answering in place of your browser';
    expect(await wizard.findByText(notice, { ignore: '[role="status"]' })).toBeVisible();
    expect(wizard.getByText(notice, { selector: '[role="status"]' })).toBeInTheDocument();
    expect(wizard.getByLabelText('Paste the address from your browser')).toBeVisible();
  });

  test('cancelling ends it, and what comes back later changes nothing', async () => {
    const { backend, wizard, press, heading } = await waiting();
    await press('Cancel sign-in');
    await heading('Sign in to larkspoke.atlassian.net');
    expect(backend.calls).toContainEqual(['cancelSignIn', '1']);
    await backend.comeBack();
    expect(wizard.queryByRole('heading', { name: 'Choose what to keep' })).toBeNull();
  });

  test('going back loses nothing', async () => {
    const { user, wizard, press, heading } = await waiting();
    await press('Back');
    await heading('Who sets this up?');
    expect(wizard.getByRole('textbox', { name: 'Client ID' })).toHaveValue('made-up-client');
    expect(wizard.getByLabelText('Client secret')).toHaveValue('made-up-secret');
    await press('Address, done');
    await heading('Paste any address from your Confluence');
    expect(wizard.getByLabelText('Address')).toHaveValue(CLOUD);
    await user.keyboard('{Escape}');
    await user.click(await screen.findByRole('button', { name: 'Connect a site' }));
    expect(await screen.findByLabelText('Address')).toHaveValue(CLOUD);
  });
});
