/** The whole window on the fake backend, as a person finds their way in it. */
import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';

import App from '../src/App.svelte';
import type { Backend } from '../src/lib/backend/backend';
import { FakeBackend } from '../src/lib/backend/fake/fakeBackend';

export async function start(backend: Backend = new FakeBackend({ pause: '0', steps: '3' })) {
  const user = userEvent.setup();
  render(App, { backend });
  await screen.findByRole('heading', { name: 'Take your Confluence pages with you.' });
  return user;
}

export async function openSample(backend?: Backend) {
  const user = await start(backend);
  await user.click(screen.getByRole('button', { name: 'Look around with the sample' }));
  await row('Onboarding');
  return user;
}

/** A row of the page tree, by the beginning of its name. */
export function row(name: string): Promise<HTMLElement> {
  return within(screen.getByRole('main')).findByRole('treeitem', { name: new RegExp(`^${name}`) });
}

export function part(element: HTMLElement, name: 'tick' | 'disclosure'): Element {
  return element.querySelector(`[data-part="${name}"]`) as Element;
}
