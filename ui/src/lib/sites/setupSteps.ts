/** What an admin does, step by step, with the values to enter. */
import { en } from '../../i18n/en';
import type { SetupGuide } from '../backend/types/SetupGuide';

export interface SetupStep {
  readonly id: string;
  readonly text: string;
  readonly hint: string;
  /** What to click, one after the other, in the words of the other side. */
  readonly path: readonly string[];
  readonly values: readonly { readonly label: string; readonly value: string }[];
  /** Values of one sort, in a list of their own. */
  readonly lists: readonly { readonly label: string; readonly values: readonly string[] }[];
  /** The words of the button that opens the place in the browser. */
  readonly open?: string;
}

export function setupSteps(guide: SetupGuide): SetupStep[] {
  const words = en.setup.steps;
  const name = { label: words.name, value: guide.name };
  const callback = { label: words.callback, value: guide.callback };
  if (guide.kind === 'data-center') {
    const [own, their] = [words['data-center'], en.theirs['data-center']];
    return [
      { id: 'create', ...own.create, path: their.create, values: [name], lists: [] },
      { id: 'callback', ...own.callback, path: their.callback, values: [callback], lists: [] },
      { id: 'secret', ...own.secret, path: their.secret, values: [], lists: [] },
    ];
  }
  const [own, their] = [words.cloud, en.theirs.cloud];
  const lists = [
    { label: words.permissions, values: guide.permissions },
    { label: words.optional, values: guide.optional_permissions },
  ].filter(({ values }) => values.length > 0);
  return [
    { id: 'create', ...own.create, path: their.create, values: [name], lists: [] },
    { id: 'permissions', ...own.permissions, path: their.permissions, values: [], lists },
    { id: 'callback', ...own.callback, path: their.callback, values: [callback], lists: [] },
    { id: 'sharing', ...own.sharing, path: their.sharing, values: [], lists: [] },
    { id: 'secret', ...own.secret, path: their.secret, values: [], lists: [] },
  ];
}
