import { screen, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { openSample, part, row, start } from './window';

/** What the rules of accessibility find wrong. Colours are not known without a browser; see the tokens for those. */
async function faults(): Promise<string[]> {
  const rules = { 'color-contrast': { enabled: false } };
  const { violations } = await axe.run(document.body, { rules, iframes: false });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

test('nothing is wrong with the welcome and the form', async () => {
  const user = await start();
  expect(await faults()).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Connect a site' }));
  await screen.findByRole('dialog');
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
  await user.click(await screen.findByRole('button', { name: 'Export 8 pages' }));
  await user.click(await screen.findByRole('button', { name: 'View report' }));
  await screen.findByText(/^8 selected/);
  expect(await faults()).toEqual([]);
});
