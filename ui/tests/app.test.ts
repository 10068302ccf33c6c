import { screen, within } from '@testing-library/svelte';
import { describe, expect, test, vi } from 'vitest';

import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import { openSample, part, row } from './window';

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
    const review = await screen.findByRole('dialog', { name: /to Vault$/ });
    expect(within(review).getByText('/home/mara/Documents/Vault')).toBeVisible();
    await user.click(within(review).getByRole('radio', { name: 'All of every page' }));
    await user.click(await within(review).findByRole('button', { name: 'Export 39 files' }));
    expect(backend.calls).toContainEqual([
      'startExport',
      {
        site: 'sample',
        destination: '1',
        selection: {
          spaces: [{ space: 'HB', rules: [{ target: 'space', reach: 'subtree', effect: 'include' }] }],
        },
        output: { format: 'gfm', options: {}, attachments: 'all' },
        answers: { edited: 'keep', edited_pages: {}, gone: 'keep' },
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
    await user.click(await screen.findByRole('button', { name: /^Export \d files$/ }));
    expect(await screen.findByText('Pagelift may not write to this folder')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Choose another folder…' })).toBeVisible();
  });
});

test('the theme is worn at once and kept', async () => {
  const backend = new FakeBackend({ pause: '0' });
  const user = await openSample(backend);
  await user.keyboard('{Control>},{/Control}');
  await user.click(await screen.findByRole('radio', { name: 'Dark' }));
  expect(document.documentElement.dataset.theme).toBe('dark');
  await vi.waitFor(() =>
    expect(backend.calls).toContainEqual(['saveSettings', { theme: 'dark', skip_review: false }]),
  );
});
