import { screen, within } from '@testing-library/svelte';
import type userEvent from '@testing-library/user-event';
import { describe, expect, test, vi } from 'vitest';

import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import { openSample, part, row, start } from './window';

describe('the way through the app', () => {
  test('from the welcome to files, and to the report of what was written', async () => {
    const backend = new FakeBackend({ pause: '0', steps: '3' });
    const user = await openSample(backend);

    await user.click(part(await row('Handbook, space'), 'tick'));
    expect(screen.getByText('41 pages selected')).toBeVisible();

    await user.click(await row('Onboarding'));
    const frame = await screen.findByTitle('Content of Onboarding');
    expect(frame).toHaveProperty('tagName', 'IFRAME');
    expect(frame.getAttribute('sandbox')).toBe('');

    await user.click(screen.getByRole('button', { name: /Add a folder/ }));
    await user.click(await screen.findByRole('button', { name: /^Send to Vault/ }));
    const review = await screen.findByRole('dialog', { name: 'Export 41 pages to Vault' });
    expect(within(review).getByText('/home/mara/Documents/Vault')).toBeVisible();
    await user.click(within(review).getByRole('radio', { name: 'All of every page' }));
    await user.click(within(review).getByRole('button', { name: 'Export 41 pages' }));
    expect(backend.calls).toContainEqual([
      'startExport',
      {
        site: 'sample',
        destination: '1',
        selection: {
          spaces: [{ space: 'HB', rules: [{ target: 'space', reach: 'subtree', effect: 'include' }] }],
        },
        output: { format: 'gfm', options: {}, attachments: 'all' },
      },
    ]);

    await user.click(await screen.findByRole('button', { name: 'View report' }));
    await screen.findByText('41 selected = 39 written or unchanged + 1 left alone + 1 not readable');
    await user.click(screen.getByRole('radio', { name: /Not readable/ }));
    expect(await screen.findByText('Salary bands')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Back to the library' }));
    expect(await row('Onboarding')).toBeVisible();
  });

  test('an export that goes wrong says why and offers what helps', async () => {
    const backend = new FakeBackend({ pause: '0', 'fail.startExport': 'folder-unwritable' });
    const user = await openSample(backend);
    await user.click(part(await row('Onboarding'), 'tick'));
    await user.click(screen.getByRole('button', { name: /Add a folder/ }));
    await user.click(await screen.findByRole('button', { name: /^Send to Vault/ }));
    await user.click(await screen.findByRole('button', { name: 'Export 8 pages' }));
    expect(await screen.findByText('Pagelift may not write to this folder')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Choose another folder…' })).toBeVisible();
  });
});

describe('connecting a site', () => {
  async function open(backend = new FakeBackend({ pause: '0' })) {
    const user = await start(backend);
    await user.click(screen.getByRole('button', { name: 'Connect a site' }));
    const form = await screen.findByRole('dialog', { name: 'Connect a site' });
    return { user, form, backend };
  }

  async function fill(user: ReturnType<typeof userEvent.setup>, form: HTMLElement, address: string) {
    await user.type(within(form).getByLabelText(/^Address/), address);
    await user.type(within(form).getByLabelText(/^E-mail/), 'mara@larkspoke.example');
    await user.type(within(form).getByLabelText('API token'), 'made-up');
    await user.click(within(form).getByRole('button', { name: 'Connect' }));
  }

  test('opens its library', async () => {
    const { user, form } = await open();
    await fill(user, form, 'https://larkspoke.atlassian.net/wiki');
    expect(await screen.findByRole('button', { name: 'larkspoke Switch site' })).toBeVisible();
  });

  test('every empty field is named, and nothing is sent', async () => {
    const { user, form, backend } = await open();
    await user.click(within(form).getByRole('button', { name: 'Connect' }));
    expect(within(form).getByText('Paste an API token.')).toBeVisible();
    expect(within(form).getByLabelText(/^E-mail/)).toHaveProperty('ariaInvalid', 'true');
    expect(backend.calls).toEqual([]);
  });

  test('Data Center needs no e-mail address, and Cloud does', async () => {
    const { user, form, backend } = await open();
    const address = within(form).getByLabelText(/^Address/);
    await user.type(address, 'larkspoke.atlassian.net/wiki');
    await user.type(within(form).getByLabelText('API token'), 'made-up');
    await user.click(within(form).getByRole('button', { name: 'Connect' }));
    expect(within(form).getByText('Enter the e-mail address of your Atlassian account.')).toBeVisible();
    expect(backend.calls).toEqual([]);
    await user.clear(address);
    await user.type(address, 'https://wiki.larkspoke.example/confluence');
    await user.click(within(form).getByRole('button', { name: 'Connect' }));
    expect(await screen.findByRole('button', { name: /Switch site/ })).toBeVisible();
  });

  test('a wrong address is marked at its field', async () => {
    const { user, form } = await open();
    await fill(user, form, 'my wiki');
    expect(await within(form).findByText('This is not the address of a Confluence site')).toBeVisible();
  });

  test('a token that is refused is told in words, and what was typed stays', async () => {
    const { user, form } = await open(
      new FakeBackend({ pause: '0', 'fail.connectSite': 'sign-in-rejected' }),
    );
    await fill(user, form, 'https://larkspoke.atlassian.net');
    expect(await within(form).findByText('The site did not accept this sign-in')).toBeVisible();
    expect(within(form).getByLabelText(/^E-mail/)).toHaveProperty('value', 'mara@larkspoke.example');
  });
});

test('the theme is worn at once and kept', async () => {
  const backend = new FakeBackend({ pause: '0' });
  const user = await openSample(backend);
  await user.keyboard('{Control>},{/Control}');
  await user.click(await screen.findByRole('radio', { name: 'Dark' }));
  expect(document.documentElement.dataset.theme).toBe('dark');
  await vi.waitFor(() => expect(backend.calls).toContainEqual(['saveSettings', { theme: 'dark' }]));
});
