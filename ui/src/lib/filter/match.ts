/** Finding pages by their title in a tree that is already here. */
import { BLOG, SPACE, type PageTree } from '../tree/pageTree';

export interface Matches {
  /** Nodes whose title has the words. */
  readonly found: ReadonlySet<number>;
  /** Those, and every node above one, in the order of the tree. */
  readonly rows: number[];
}

/** Lower case, without accents: what a person types is compared with what a title says. */
export function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLocaleLowerCase();
}

const titles = new WeakMap<PageTree, string[]>();

/** The titles of a tree as they are compared, each made once. */
function foldedTitles(tree: PageTree): readonly string[] {
  const known = titles.get(tree) ?? [];
  for (let at = known.length; at < tree.items.length; at += 1)
    known.push(folded(tree.items[at]?.title ?? ''));
  titles.set(tree, known);
  return known;
}

/** The nodes whose title contains every word of `query`, in any order. */
export function match(tree: PageTree, query: string): Matches {
  const words = folded(query).split(/\s+/).filter(Boolean);
  const known = foldedTitles(tree);
  const found = new Set<number>();
  const shown = new Set<number>([SPACE]);
  for (const index of tree.order()) {
    if (index === SPACE || index === BLOG) continue;
    const title = known[index] ?? '';
    if (!words.every((word) => title.includes(word))) continue;
    found.add(index);
    for (let at = index; !shown.has(at); at = tree.parents[at] as number) shown.add(at);
  }
  return { found, rows: rowsOf(tree, shown) };
}

function rowsOf(tree: PageTree, shown: ReadonlySet<number>): number[] {
  const rows: number[] = [];
  const stack: number[] = [SPACE];
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    rows.push(index);
    const children = tree.childrenOf(index);
    for (let at = children.length - 1; at >= 0; at -= 1) {
      const child = children[at] as number;
      if (shown.has(child)) stack.push(child);
    }
  }
  return rows;
}
