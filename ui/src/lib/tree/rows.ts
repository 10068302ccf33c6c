/** The rows of a tree that can be seen, top to bottom, as indexes of nodes. */
import { SPACE, type PageTree } from './pageTree';

/** Rows of the whole tree with these nodes open. The space is always open. */
export function visibleRows(tree: PageTree, open: ReadonlySet<number>): number[] {
  const rows: number[] = [];
  appendRows(tree, SPACE, open, rows);
  return rows;
}

/** Rows after `index`, whose row is at `at`, was opened. */
export function opened(
  tree: PageTree,
  rows: readonly number[],
  at: number,
  open: ReadonlySet<number>,
): number[] {
  const below: number[] = [];
  const index = rows[at] as number;
  for (const child of tree.childrenOf(index)) appendRows(tree, child, open, below);
  return [...rows.slice(0, at + 1), ...below, ...rows.slice(at + 1)];
}

/** Rows after the node whose row is at `at` was closed. */
export function closed(tree: PageTree, rows: readonly number[], at: number): number[] {
  const depth = depthOf(tree, rows[at] as number);
  let end = at + 1;
  while (end < rows.length && depthOf(tree, rows[end] as number) > depth) end += 1;
  return [...rows.slice(0, at + 1), ...rows.slice(end)];
}

/** How many nodes are above. The space has none. */
export function depthOf(tree: PageTree, index: number): number {
  let depth = 0;
  for (let at = tree.parents[index] ?? -1; at !== -1; at = tree.parents[at] ?? -1) depth += 1;
  return depth;
}

function appendRows(tree: PageTree, from: number, open: ReadonlySet<number>, rows: number[]): void {
  const stack = [from];
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    rows.push(index);
    if (index !== SPACE && !open.has(index)) continue;
    const children = tree.childrenOf(index);
    for (let at = children.length - 1; at >= 0; at -= 1) stack.push(children[at] as number);
  }
}
