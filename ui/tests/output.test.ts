import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, test } from 'vitest';

import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import { formats, options, type OptionName } from '../src/lib/backend/types/options';
import {
  changes,
  fieldsIn,
  groups,
  optionsIn,
  reset,
  USUAL,
  valueOf,
  valuesOf,
  withFormat,
  withOption,
} from '../src/lib/output/choices';
import { rowsOf } from '../src/lib/output/folders';
import { en } from '../src/i18n/en';
import { openSample, part, row } from './window';

async function open(backend = new FakeBackend({ pause: '0', steps: '3' })) {
  const user = await openSample(backend);
  await user.click(part(await row('Onboarding'), 'tick'));
  await user.click(screen.getByRole('button', { name: /Add a folder/ }));
  await user.click(await screen.findByRole('button', { name: /^Send to Vault/ }));
  await user.click(await screen.findByRole('button', { name: 'Change format…' }));
  const sheet = await screen.findByRole('dialog', { name: 'Format and options for Vault' });
  return { user, sheet, backend };
}

describe('choosing how files are written', () => {
  test('a format is chosen by keyboard, shows at once what comes of it, and the export is made in it', async () => {
    const { user, sheet, backend } = await open();
    const cards = within(sheet).getByRole('radiogroup', { name: 'Format' });
    expect(within(cards).getAllByRole('radio')).toHaveLength(formats.length);
    within(cards).getByRole('radio', { name: 'Plain' }).focus();
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(within(cards).getByRole('radio', { name: 'Docusaurus' })).toBeChecked();
    const result = within(sheet).getByRole('region', { name: 'What you get' });
    await waitFor(() => expect(within(result).getAllByText('index.md').length).toBeGreaterThan(0));
    await waitFor(() => expect(within(result).getByRole('document')).toHaveTextContent(':::note'));
    await user.click(within(sheet).getByRole('button', { name: 'Done' }));
    const review = await screen.findByRole('dialog', { name: /^(Export|Write) / });
    expect(within(review).getByText('Docusaurus')).toBeVisible();
    await user.click(await within(review).findByRole('button', { name: /^Export \d files/ }));
    const [, request] = backend.calls.find(([method]) => method === 'startExport') ?? [];
    expect(request).toMatchObject({ output: { format: 'docusaurus' } });
  });

  test('an option that was changed has a mark, is kept with the folder, and can be taken back', async () => {
    const { user, sheet, backend } = await open();
    await user.click(within(sheet).getByText('Tables'));
    await user.selectOptions(within(sheet).getByLabelText('Merged cells'), 'leave blank cells');
    expect(within(sheet).getByLabelText('Changed Merged cells')).toHaveValue('blank');
    expect(within(sheet).getByText('1 changed')).toBeVisible();
    const kept = { format: 'gfm', options: { merged_cells: 'blank' }, attachments: 'used' };
    expect(backend.calls).toContainEqual(['keepOutput', kept, '1']);
    await user.click(within(sheet).getByRole('button', { name: 'Done' }));
    expect(await screen.findByText('1 option changed')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Change format…' }));
    const again = await screen.findByRole('dialog', { name: 'Format and options for Vault' });
    await user.click(within(again).getByText('Tables'));
    await user.click(within(again).getByRole('button', { name: 'Reset: Merged cells' }));
    expect(within(again).getByLabelText('Merged cells')).toHaveValue('repeat');
    expect(within(again).queryByText('1 changed')).toBeNull();
    const undone = { ...kept, options: {} };
    expect(backend.calls.filter(([method]) => method === 'keepOutput').at(-1)).toEqual([
      'keepOutput',
      undone,
      '1',
    ]);
  });

  test('what was chosen last holds for the preview and for the next folder', async () => {
    const { user, sheet, backend } = await open();
    await user.click(within(sheet).getByRole('radio', { name: 'MkDocs' }));
    await user.keyboard('{Escape}');
    await screen.findByRole('dialog', { name: /^(Export|Write) / });
    await user.keyboard('{Escape}');
    await user.click(await row('Onboarding'));
    await user.click(screen.getByRole('radio', { name: 'Markdown' }));
    expect(await screen.findByText('!!! note')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Format: MkDocs' })).toBeVisible();
    backend.folder = '/home/mara/Documents/Site';
    expect((await backend.addDestination('/home/mara/Documents/Site')).output.format).toBe('mkdocs');
  });

  test('a detail of the page is left out by its tick', async () => {
    const { user, sheet, backend } = await open();
    await user.click(within(sheet).getByText('Page details'));
    await user.click(within(sheet).getByLabelText('Author'));
    const kept = { format: 'gfm', options: { 'field.author': 'off' }, attachments: 'used' };
    expect(backend.calls).toContainEqual(['keepOutput', kept, '1']);
    await user.click(within(sheet).getByRole('button', { name: 'Reset all' }));
    expect(within(sheet).getByLabelText('Author')).toBeChecked();
  });

  test('a choice that cannot be kept is told', async () => {
    const backend = new FakeBackend({ pause: '0', 'fail.keepOutput': 'folder-unwritable' });
    const { user, sheet } = await open(backend);
    await user.click(within(sheet).getByRole('radio', { name: 'Hugo' }));
    expect((await screen.findAllByText('The choice could not be kept')).length).toBeGreaterThan(0);
  });
});

describe('choices', () => {
  test('every option is in a group, and has words for each of its values', () => {
    const grouped = [
      ...new Set(formats.flatMap((format) => groups.flatMap((group) => optionsIn(group, format)))),
    ].toSorted();
    expect(grouped).toEqual((Object.keys(options) as OptionName[]).toSorted());
    for (const name of grouped) {
      expect(Object.keys(en.options[name].values).toSorted()).toEqual([...options[name].values].toSorted());
    }
  });

  test('what is usual counts as no change, and everything can be taken back', () => {
    const chosen = withOption(withFormat(USUAL, 'hugo'), 'underline', 'drop');
    expect(changes(chosen)).toBe(1);
    expect(changes(withOption(chosen, 'underline', 'html'))).toBe(0);
    expect(changes(withOption(chosen, 'toc', 'omit'), 'links')).toBe(1);
    expect(reset({ ...chosen, attachments: 'all' })).toEqual({ ...USUAL, format: 'hugo' });
  });
});

test('a format offers only what it can have', () => {
  expect(valuesOf('layout', 'docusaurus')).toEqual(['sibling', 'index']);
  expect(optionsIn('files', 'github-wiki')).not.toContain('layout');
  expect(optionsIn('details', 'azure')).toEqual(['page_properties']);
  expect(fieldsIn('gitlab-wiki')).toEqual(['title']);
  const chosen = withOption(withFormat(USUAL, 'docusaurus'), 'layout', 'sibling');
  expect([changes(chosen), changes(withFormat(chosen, 'github-wiki'))]).toEqual([1, 0]);
  expect(valueOf(withOption(USUAL, 'layout', 'flat'), 'layout')).toBe('flat');
  expect(valueOf(withFormat(withOption(USUAL, 'layout', 'flat'), 'mkdocs'), 'layout')).toBeNull();
});

test('paths become a tree, folders first', () => {
  const rows = rowsOf(['Docs/B.md', 'index.md', 'Docs/A/index.md', 'Docs/A.md']);
  expect(rows.map(({ name, depth, isFolder }) => `${depth} ${name}${isFolder ? '/' : ''}`)).toEqual([
    '0 Docs/',
    '1 A/',
    '2 index.md',
    '1 A.md',
    '1 B.md',
    '0 index.md',
  ]);
});
