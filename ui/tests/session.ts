/** What the window holds, without a window. */
import { expect, vi } from 'vitest';

import { Session } from '../src/lib/app/session.svelte';
import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';
import type { Library } from '../src/lib/library/library.svelte';

/** A session in which the sample is open and read. */
export async function sample(
  backend = new FakeBackend({ pause: '0' }),
): Promise<{ session: Session; library: Library; backend: FakeBackend }> {
  const session = new Session(backend);
  await session.start();
  await session.openSample();
  const library = session.sites.library;
  if (library === undefined) throw new Error('no library');
  await vi.waitFor(() => expect(library.open?.state).toBe('ready'));
  return { session, library, backend };
}
