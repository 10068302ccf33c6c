/** Small trees for tests. */
import type { TreeNode } from '../src/lib/backend/types/TreeNode';
import { PageTree } from '../src/lib/tree/pageTree';

export function node(id: string, parent: string | null, more: Partial<TreeNode> = {}): TreeNode {
  return {
    id,
    parent,
    kind: 'page',
    title: `Page ${id}`,
    position: null,
    status: 'current',
    restricted: null,
    modified: null,
    url: null,
    ...more,
  };
}

export function treeOf(nodes: TreeNode[]): PageTree {
  const tree = new PageTree('DOC', 'Documents');
  tree.add(nodes);
  tree.finish();
  return tree;
}

/** Ids of the whole tree, top to bottom, two blanks for each level. */
export function outline(tree: PageTree): string[] {
  const lines: string[] = [];
  const walk = (index: number, depth: number) => {
    lines.push('  '.repeat(depth) + (tree.items[index]?.id ?? ''));
    for (const child of tree.childrenOf(index)) walk(child, depth + 1);
  };
  for (const top of tree.childrenOf(0)) walk(top, 0);
  return lines;
}

export function indexOf(tree: PageTree, id: string): number {
  const index = tree.indexOf(id);
  if (index === undefined) throw new Error(`no node ${id}`);
  return index;
}
