/** What “Find or do anything” finds. */
import FileCheck from '@lucide/svelte/icons/file-check';
import FileText from '@lucide/svelte/icons/file-text';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Layers from '@lucide/svelte/icons/layers';
import Plus from '@lucide/svelte/icons/plus';
import RefreshCw from '@lucide/svelte/icons/refresh-cw';
import Settings from '@lucide/svelte/icons/settings';
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal';

import { en } from '../../i18n/en';
import { folded, match } from '../filter/match';
import type { Library } from '../library/library.svelte';
import { isExported } from '../tree/pageTree';
import type { SpaceTree } from '../tree/spaceTree.svelte';
import type { Session } from './session.svelte';

export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly hint: string;
  readonly icon: typeof FileText;
  readonly run: () => void;
}

/** Findings of one sort that are shown at most. */
const MOST = 8;

export function findings(session: Session, library: Library, query: string): Finding[] {
  const words = folded(query).split(/\s+/).filter(Boolean);
  const fits = (finding: Finding) => words.every((word) => folded(finding.title).includes(word));
  return [
    ...spaces(library).filter(fits).slice(0, MOST),
    ...(words.length === 0 ? [] : pages(library, query)),
    ...actions(session, library).filter(fits),
  ];
}

function spaces(library: Library): Finding[] {
  return library.spaces.list.map((space) => ({
    id: `space-${space.key}`,
    title: space.name,
    hint: en.tree.kinds.space,
    icon: Layers,
    run: () => library.openSpace(space),
  }));
}

function pages(library: Library, query: string): Finding[] {
  const tree = library.open;
  if (tree === undefined) return [];
  const found = [...match(tree.tree, query).found].filter((index) => {
    const kind = tree.tree.items[index]?.kind;
    return kind !== undefined && isExported(kind);
  });
  return beginningsFirst(tree, found, query)
    .slice(0, MOST)
    .map((index) => ({
      id: `page-${index}`,
      title: tree.tree.items[index]?.title ?? '',
      hint: tree.space.name,
      icon: FileText,
      run: () => {
        tree.reveal(index);
        library.show(tree, index);
      },
    }));
}

/** Titles that begin with the words come before those that have them somewhere. */
function beginningsFirst(tree: SpaceTree, found: number[], query: string): number[] {
  const wanted = folded(query.trim());
  const begins = (index: number) => Number(folded(tree.tree.items[index]?.title ?? '').startsWith(wanted));
  return found.toSorted((a, b) => begins(b) - begins(a));
}

function actions(session: Session, library: Library): Finding[] {
  const action = (title: string, icon: typeof FileText, run: () => void): Finding => {
    return { id: `action-${title}`, title, hint: '', icon, run };
  };
  const checks = session.shelf.list.map((destination) =>
    action(en.check.action(destination.name), FileCheck, () => {
      session.sheet = { name: 'check', destination };
    }),
  );
  return [
    ...checks,
    action(en.connect.title, Plus, () => session.connecting.add()),
    action(en.menu.reload, RefreshCw, () => void library.reload()),
    action(en.output.title, SlidersHorizontal, () => (session.sheet = { name: 'output' })),
    action(en.menu.settings, Settings, () => (session.sheet = { name: 'settings' })),
    action(en.menu.shortcuts, Keyboard, () => (session.sheet = { name: 'shortcuts' })),
  ];
}
