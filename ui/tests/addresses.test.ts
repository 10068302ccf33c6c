/** Addresses of pages that come from elsewhere. */
import { describe, expect, test, vi } from 'vitest';

import { sample } from './session';

describe('addresses', () => {
  test('one that the app was started with is shown', async () => {
    const { library, session } = await sample();
    expect(await session.follow('https://sample.pagelift.app/wiki/spaces/DOCS/pages/DOCS-12')).toBe(true);
    expect(library.open?.space.key).toBe('DOCS');
    expect(library.preview.target?.page).toBe('DOCS-12');
    expect(library.open?.tree.items[library.open.focus]?.id).toBe('DOCS-12');
    expect(library.open?.rows).toContain(library.open?.focus);
  });

  test('one that arrives later is shown too, and one of nowhere is not', async () => {
    const { backend, library, session } = await sample();
    backend.arrive('https://sample.pagelift.app/wiki/spaces/HB/pages/1005');
    await vi.waitFor(() => expect(library.preview.target?.page).toBe('1005'));
    expect(await session.follow('https://elsewhere.example/wiki')).toBe(false);
    expect(session.announcer.polite).toMatch(/not one of an open site/);
  });
});
