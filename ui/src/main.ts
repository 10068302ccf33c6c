import { mount } from 'svelte';

import App from './App.svelte';
import type { Backend } from './lib/backend/backend';
import './styles/tokens.css';
import './styles/base.css';

async function backend(): Promise<Backend> {
  if ('__TAURI_INTERNALS__' in window) return (await import('./lib/backend/tauri')).tauriBackend;
  const { FakeBackend } = await import('./lib/backend/fake/fakeBackend');
  return new FakeBackend(Object.fromEntries(new URLSearchParams(location.search)));
}

const target = document.getElementById('app');
if (target !== null) mount(App, { target, props: { backend: await backend() } });
