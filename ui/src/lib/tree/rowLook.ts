/** Everything a row of the tree shows and says, worked out from the tree, the ticks and the filter. */
import { en } from '../../i18n/en';
import { count } from '../../i18n/format';
import { tickOf, type Marks, type Tick } from '../selection/marks';
import { canTick } from '../selection/ticking';
import { BLOG, isExported, SPACE, type ItemKind, type TreeItem } from './pageTree';
import { depthOf } from './rows';
import type { SpaceTree } from './spaceTree.svelte';

export type RowState = 'restricted' | 'archived' | 'draft' | 'trashed';

export interface RowLook {
  readonly id: string;
  readonly kind: ItemKind;
  readonly title: string;
  /** The whole row in words. */
  readonly name: string;
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  readonly hasChildren: boolean;
  readonly isOpen: boolean;
  readonly canTick: boolean;
  readonly tick: Tick;
  readonly states: readonly RowState[];
  /** How far the tick reaches, where the box alone does not tell. */
  readonly scope: string | undefined;
  /** Pages below. */
  readonly count: string | undefined;
  readonly changed: string | undefined;
  /** Whether the row is there only because something below it matches the filter. */
  readonly isMuted: boolean;
}

export function rowLook(tree: SpaceTree, index: number): RowLook | undefined {
  void tree.version;
  const item = tree.tree.items[index];
  if (item === undefined) return undefined;
  const { marks } = tree;
  const siblings = tree.tree.childrenOf(tree.tree.parents[index] ?? -1);
  const title = index === BLOG ? en.tree.blog : item.title;
  const tick = tickOf(marks, index);
  const states = statesOf(item);
  const scope = scopeOf(marks, index, item.kind);
  const ticks = canTick(tree.tree, index);
  return {
    id: item.id,
    kind: item.kind,
    title,
    name: nameOf(item, title, pagesBelow(marks, index, item.kind), ticks ? tick : undefined, states, scope),
    level: depthOf(tree.tree, index) + 1,
    position: index === SPACE ? 1 : siblings.indexOf(index) + 1,
    siblings: Math.max(1, siblings.length),
    hasChildren: tree.tree.hasChildren(index),
    isOpen: tree.isOpen(index),
    canTick: ticks,
    tick,
    states,
    scope,
    count: countOf(marks, index, item.kind, scope),
    changed: item.modified ?? undefined,
    isMuted: tree.matches !== undefined && index !== SPACE && !tree.matches.found.has(index),
  };
}

/** Pages below a node, itself not counted. */
function pagesBelow(marks: Marks, index: number, kind: ItemKind): number {
  return (marks.pages[index] ?? 0) - (isExported(kind) ? 1 : 0);
}

function scopeOf(marks: Marks, index: number, kind: ItemKind): string | undefined {
  if (tickOf(marks, index) !== 'some' || !isExported(kind)) return undefined;
  const isSelf = marks.self[index] === 1;
  const below = (marks.taken[index] ?? 0) - Number(isSelf);
  if (isSelf && below === 0) return en.tree.onlyThis;
  return !isSelf && below === pagesBelow(marks, index, kind) ? en.tree.onlyBelow : undefined;
}

function countOf(marks: Marks, index: number, kind: ItemKind, scope: string | undefined): string | undefined {
  const below = pagesBelow(marks, index, kind);
  if (below === 0) return undefined;
  if (tickOf(marks, index) !== 'some' || scope !== undefined) return count(below);
  return en.tree.taken(marks.taken[index] ?? 0, marks.pages[index] ?? 0);
}

function statesOf(item: TreeItem): RowState[] {
  const states: RowState[] = item.restricted === true ? ['restricted'] : [];
  if (item.status !== 'current') states.push(item.status);
  return states;
}

function nameOf(
  item: TreeItem,
  title: string,
  below: number,
  tick: Tick | undefined,
  states: readonly RowState[],
  scope: string | undefined,
): string {
  const words = [title];
  if (item.kind !== 'page' && item.kind !== 'blog') words.push(en.tree.kinds[item.kind]);
  if (below > 0) words.push(en.common.pages(below));
  if (tick !== undefined) words.push(en.ticks[tick]);
  if (scope !== undefined) words.push(scope);
  words.push(...states.map((state) => en.tree.states[state]));
  return words.join(', ');
}
