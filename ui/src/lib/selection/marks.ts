/** What rules mean for the nodes of a tree that are known: who is taken, and how many below each. */
import { BLOG, isExported, SPACE, type PageTree } from '../tree/pageTree';
import type { SpaceRules } from './rules';

export type Tick = 'none' | 'some' | 'all';

export interface Marks {
  /** Pages taken, of the node and all below it. */
  readonly taken: Int32Array;
  /** Pages there are, of the node and all below it. */
  readonly pages: Int32Array;
  /** Whether the node itself is taken. */
  readonly self: Uint8Array;
  /** Whether a page that is yet to come below the node would be taken. */
  readonly below: Uint8Array;
}

export function mark(tree: PageTree, rules: SpaceRules): Marks {
  const length = tree.items.length;
  const marks: Marks = {
    taken: new Int32Array(length),
    pages: new Int32Array(length),
    self: new Uint8Array(length),
    below: new Uint8Array(length),
  };
  const order = tree.order();
  for (const index of order) decideOne(tree, rules, index, marks);
  for (let at = order.length - 1; at > 0; at -= 1) {
    const index = order[at] as number;
    const parent = tree.parents[index] as number;
    marks.taken[parent] = (marks.taken[parent] as number) + (marks.taken[index] as number);
    marks.pages[parent] = (marks.pages[parent] as number) + (marks.pages[index] as number);
  }
  return marks;
}

function decideOne(tree: PageTree, rules: SpaceRules, index: number, marks: Marks): void {
  const told = index === SPACE ? Number(rules.space) : (marks.below[tree.parents[index] as number] as number);
  const item = tree.items[index];
  if (item === undefined || index === SPACE || index === BLOG) {
    marks.self[index] = told;
    marks.below[index] = told;
    return;
  }
  const rule = rules.nodes.get(item.id);
  marks.self[index] = rule?.self === undefined ? told : Number(rule.self);
  marks.below[index] = rule?.below === undefined ? told : Number(rule.below);
  if (isExported(item.kind)) {
    marks.pages[index] = 1;
    marks.taken[index] = marks.self[index] as number;
  }
}

/** The tick of a node. One without pages shows what its rule says of pages to come. */
export function tickOf(marks: Marks, index: number): Tick {
  const pages = marks.pages[index] ?? 0;
  const taken = marks.taken[index] ?? 0;
  if (pages === 0) return marks.below[index] === 1 ? 'all' : 'none';
  if (taken === 0) return 'none';
  return taken === pages ? 'all' : 'some';
}
