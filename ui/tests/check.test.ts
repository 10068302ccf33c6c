/** Checking a folder of the shelf. */
import { screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import { openSample } from './window';

async function openCheck(options: ConstructorParameters<typeof FakeBackend>[0]) {
  const backend = new FakeBackend({ pause: '0', ...options });
  const user = await openSample(backend);
  await user.click(screen.getByRole('button', { name: /^Add a folder/ }));
  await screen.findByRole('button', { name: 'Options for Vault' });
  await user.keyboard('{Control>}k{/Control}');
  await user.type(await screen.findByRole('combobox', { expanded: true }), 'check the files of{Enter}');
  return { backend, user, sheet: await screen.findByRole('dialog', { name: 'Check of Vault' }) };
}

test('a folder that is as it was written is said to be so, and then compared with the site', async () => {
  const { backend, user, sheet } = await openCheck({});
  expect(await within(sheet).findByText('All 64 files are as they were written')).toBeVisible();
  await user.click(within(sheet).getByRole('button', { name: 'Compare with Confluence' }));
  expect(await within(sheet).findByText(/No page on Sample is newer/)).toBeVisible();
  expect(backend.calls.filter(([name]) => name === 'checkFolder').map(([, , withSite]) => withSite)).toEqual([
    false,
    true,
  ]);
});

test('every file that differs is listed with what is wrong', async () => {
  const { user, sheet } = await openCheck({ damaged: 'yes' });
  expect(await within(sheet).findByText('3 files are not as they were written')).toBeVisible();
  const rows = within(within(sheet).getByRole('list', { name: 'Files that differ' })).getAllByRole(
    'listitem',
  );
  expect(rows.map((row) => row.lastElementChild?.textContent?.trim())).toEqual([
    'Changed',
    'Missing',
    'Not from Pagelift',
  ]);
  await user.click(within(sheet).getByRole('button', { name: 'Compare with Confluence' }));
  expect(await within(sheet).findByText('Newer in Confluence')).toBeVisible();
});

test('a check that cannot be made says why and can be tried again', async () => {
  const { sheet } = await openCheck({ 'fail.checkFolder': 'folder-busy' });
  expect(await within(sheet).findByRole('alert')).toBeVisible();
});
