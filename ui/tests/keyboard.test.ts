import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import { openSample, part, row } from './window';

describe('the tree by keyboard', () => {
  test('moves, opens, ticks and shows', async () => {
    const user = await openSample();
    (await row('Handbook, space')).focus();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName(/^Onboarding/));
    await user.keyboard('{ArrowRight}');
    expect(await row('Onboarding')).toHaveProperty('ariaExpanded', 'true');
    await user.keyboard('{ArrowRight}');
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName(/^Your first day/));
    await user.keyboard(' ');
    expect(await row('Your first day')).toHaveAccessibleName('Your first day, ticked');
    expect(await row('Onboarding')).toHaveAccessibleName('Onboarding, 7 pages, partly ticked');
    expect(screen.getByText('1 page added, 1 in total')).toBeInTheDocument();
    await user.keyboard('{ArrowLeft}');
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName(/^Onboarding/));
    await user.keyboard('{Shift>}{Enter}{/Shift}');
    expect(await row('Onboarding')).toHaveAccessibleName(
      'Onboarding, 7 pages, partly ticked, only this page',
    );
    await user.keyboard('{Enter}');
    expect(await screen.findByTitle('Content of Onboarding')).toBeVisible();
    await user.keyboard('{End}');
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName(/^Blog posts/));
    await user.keyboard('w');
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName(/^Welcome to Larkspoke/));
  });

  test('the focus comes back after a row of sheets', async () => {
    const user = await openSample();
    await user.click(screen.getByRole('button', { name: /Add a folder/ }));
    await user.click(part(await row('Onboarding'), 'tick'));
    const tile = await screen.findByRole('button', { name: /^Send to Vault/ });
    await user.click(tile);
    await user.click(await screen.findByRole('button', { name: /^Export \d files$/ }));
    await screen.findByRole('button', { name: 'View report' });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByRole('button', { name: /^Send to Vault/ })),
    );
  });

  test('a preview that was closed stays closed for a click, and opens on Enter', async () => {
    const user = await openSample();
    await user.keyboard('{Control>}\\{/Control}');
    expect(screen.queryByRole('region', { name: 'Preview' })).toBeNull();
    await user.click(await row('Onboarding'));
    expect(screen.queryByRole('region', { name: 'Preview' })).toBeNull();
    (await row('Onboarding')).focus();
    await user.keyboard('{Enter}');
    expect(await screen.findByTitle('Content of Onboarding')).toBeVisible();
  });

  test('F6 goes from pane to pane', async () => {
    const user = await openSample();
    (await row('Handbook, space')).focus();
    const panes: (string | undefined)[] = [];
    for (let at = 0; at < 4; at += 1) {
      await user.keyboard('{F6}');
      panes.push(document.activeElement?.closest<HTMLElement>('[data-pane]')?.dataset.pane);
    }
    expect(panes).toEqual(['preview', 'shelf', 'sidebar', 'tree']);
  });

  test('what was ticked can be taken back', async () => {
    const user = await openSample();
    (await row('Handbook, space')).focus();
    await user.keyboard(' ');
    expect(screen.getByText('41 pages selected')).toBeVisible();
    await user.keyboard('{Control>}z{/Control}');
    expect(screen.getByText('No pages selected')).toBeVisible();
  });

  test('the filter keeps what is above, says how many match, and ticks only those', async () => {
    const user = await openSample();
    await user.keyboard('{Control>}f{/Control}');
    await user.keyboard('first');
    expect(await screen.findByText('2 of 44 match')).toBeVisible();
    await user.keyboard('{ArrowDown}');
    await waitFor(() => expect(document.activeElement).toHaveAccessibleName(/^Your first day/));
    (await row('Onboarding')).focus();
    await user.click(part(await row('Onboarding'), 'tick'));
    expect(screen.getByText('2 pages selected')).toBeVisible();
    expect(screen.getByText('Only the 2 pages that match the filter have changed')).toBeInTheDocument();
  });

  test('every row says its level, its place and its number of siblings', async () => {
    await openSample();
    const onboarding = await row('Onboarding');
    expect(onboarding).toHaveProperty('ariaLevel', '3');
    expect(onboarding).toHaveProperty('ariaPosInSet', '1');
    expect(onboarding).toHaveProperty('ariaSetSize', '7');
    expect(onboarding).toHaveProperty('ariaChecked', 'false');
    expect(onboarding.hasAttribute('aria-selected')).toBe(false);
  });

  test('of 50,000 pages only those in sight are in the document', async () => {
    const user = await openSample(new FakeBackend({ pause: '0', pages: '50000' }));
    await user.click(screen.getByRole('treeitem', { name: /^Product docs/ }));
    await row('Product docs home');
    const pages = screen.getByRole('tree', { name: 'Pages of Product docs' });
    await waitFor(() => expect(screen.queryByText(/Reading pages/)).toBeNull());
    await user.keyboard('{Control>}a{/Control}');
    expect(await screen.findByText('50,006 pages selected')).toBeVisible();
    expect(within(pages).getAllByRole('treeitem').length).toBeLessThan(80);
  });
});
