/**
 * The pages of one space as a tree, kept in flat arrays so that 50,000 of them cost little.
 *
 * Nodes come in batches and in any order; one whose parent is not known yet waits, out of sight. The space itself is the
 * node at `SPACE`, its blog posts are gathered under the one at `BLOG`, which Confluence does not have.
 */
import type { NodeKind } from '../backend/types/NodeKind';
import type { TreeNode } from '../backend/types/TreeNode';

/** Index of the space. */
export const SPACE = 0;
/** Index of the group of blog posts; in the tree only when there is a blog post. */
export const BLOG = 1;

const NONE = -1;

export type ItemKind = NodeKind | 'space' | 'blog';

/** A node, or one of the two that stand for the space and its blog. */
export type TreeItem = Omit<TreeNode, 'kind'> & { kind: ItemKind };

const byTitle = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Whether nodes of this kind become files. */
export function isExported(kind: ItemKind): boolean {
  return kind === 'page' || kind === 'blog-post' || kind === 'live-doc';
}

export class PageTree {
  readonly items: TreeItem[] = [];
  /** Index of the node above each node; of one that waits, -1. */
  readonly parents: number[] = [];
  #children: number[][] = [];
  #unsorted = new Set<number>();
  #index = new Map<string, number>();
  #waiting = new Map<string, number[]>();
  #order: number[] | undefined;

  constructor(spaceKey: string, spaceName: string) {
    this.#push(standIn('space', `space:${spaceKey}`, spaceName), NONE);
    this.#push(standIn('blog', `blog:${spaceKey}`, ''), NONE);
  }

  /** Number of nodes that came from the site. */
  get size(): number {
    return this.items.length - 2;
  }

  indexOf(id: string): number | undefined {
    return this.#index.get(id);
  }

  /** Takes in a batch and answers the indexes of the nodes that got new children. */
  add(nodes: TreeNode[]): Set<number> {
    const touched = new Set<number>();
    for (const node of nodes) {
      // A page that is moved while pages are listed can come twice.
      if (this.#index.has(node.id)) continue;
      const index = this.#push(node, NONE);
      this.#index.set(node.id, index);
      this.#place(node, index, touched);
      for (const child of this.#waiting.get(node.id) ?? []) this.#attach(child, index, touched);
      this.#waiting.delete(node.id);
    }
    return touched;
  }

  /** No more nodes will come: what still waits goes to the top level, and circles of parents are opened. */
  finish(): void {
    const touched = new Set<number>();
    for (const waiting of this.#waiting.values()) {
      for (const index of waiting) this.#attach(index, SPACE, touched);
    }
    this.#waiting.clear();
    this.#openCircles(touched);
  }

  /** The children of a node in the order of Confluence: by position, those without one last by title. */
  childrenOf(index: number): readonly number[] {
    const children = this.#children[index] ?? [];
    if (this.#unsorted.delete(index)) children.sort((a, b) => this.#compare(a, b));
    return children;
  }

  hasChildren(index: number): boolean {
    return (this.#children[index]?.length ?? 0) > 0;
  }

  /** Every node that has a place, each after the one above it. */
  order(): readonly number[] {
    if (this.#order === undefined) {
      const order = [SPACE];
      for (let at = 0; at < order.length; at += 1) {
        for (const child of this.#children[order[at] as number] ?? []) order.push(child);
      }
      this.#order = order;
    }
    return this.#order;
  }

  /** The nodes above a node, from the top down; the space is the first. */
  above(index: number): number[] {
    const above: number[] = [];
    for (let at = this.parents[index] ?? NONE; at !== NONE; at = this.parents[at] ?? NONE) above.unshift(at);
    return above;
  }

  #push(item: TreeItem, parent: number): number {
    this.items.push(item);
    this.parents.push(parent);
    this.#children.push([]);
    return this.items.length - 1;
  }

  #place(node: TreeNode, index: number, touched: Set<number>): void {
    if (node.parent === null) {
      this.#attach(index, node.kind === 'blog-post' ? BLOG : SPACE, touched);
      return;
    }
    const parent = this.#index.get(node.parent);
    if (parent !== undefined && parent !== index) {
      this.#attach(index, parent, touched);
    } else if (parent === index) {
      this.#attach(index, SPACE, touched);
    } else {
      const waiting = this.#waiting.get(node.parent);
      if (waiting === undefined) this.#waiting.set(node.parent, [index]);
      else waiting.push(index);
    }
  }

  #attach(index: number, parent: number, touched: Set<number>): void {
    if (parent === BLOG && this.parents[BLOG] === NONE) this.#attach(BLOG, SPACE, touched);
    this.parents[index] = parent;
    this.#children[parent]?.push(index);
    this.#unsorted.add(parent);
    this.#order = undefined;
    touched.add(parent);
  }

  #openCircles(touched: Set<number>): void {
    const reached = new Uint8Array(this.items.length);
    for (const index of this.order()) reached[index] = 1;
    for (let index = BLOG + 1; index < this.items.length; index += 1) {
      if (reached[index] === 1) continue;
      const siblings = this.#children[this.parents[index] as number];
      siblings?.splice(siblings.indexOf(index), 1);
      this.#attach(index, SPACE, touched);
      const stack = [index];
      for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
        if (reached[at] === 1) continue;
        reached[at] = 1;
        for (const child of this.#children[at] ?? []) stack.push(child);
      }
    }
  }

  #compare(a: number, b: number): number {
    if (a === BLOG || b === BLOG) return a === BLOG ? 1 : -1;
    const [one, other] = [this.items[a] as TreeItem, this.items[b] as TreeItem];
    if (one.kind === 'blog-post' && other.kind === 'blog-post' && one.modified !== other.modified) {
      return (one.modified ?? '') < (other.modified ?? '') ? 1 : -1;
    }
    const [here, there] = [one.position ?? Infinity, other.position ?? Infinity];
    if (here !== there) return here < there ? -1 : 1;
    return byTitle.compare(one.title, other.title);
  }
}

function standIn(kind: 'space' | 'blog', id: string, title: string): TreeItem {
  return {
    id,
    kind,
    title,
    parent: null,
    position: null,
    status: 'current',
    restricted: null,
    modified: null,
    url: null,
  };
}
