/** What a press on a tick, or an entry of a row's menu, does to the rules of a space. */
import { BLOG, isExported, SPACE, type PageTree } from '../tree/pageTree';
import type { Marks } from './marks';
import { tickOf } from './marks';
import { EVERYTHING, NOTHING, say, type NodeRule, type SpaceRules } from './rules';

/** How much of a node and what is below it is taken. */
export type Reach = 'subtree' | 'self' | 'below' | 'nothing';

/** Takes exactly so much of a node. Rules of nodes below it give way. */
export function take(tree: PageTree, rules: SpaceRules, index: number, reach: Reach): SpaceRules {
  const answer = {
    self: reach === 'subtree' || reach === 'self',
    below: reach === 'subtree' || reach === 'below',
  };
  if (index === SPACE) return answer.below ? EVERYTHING : NOTHING;
  if (index === BLOG) return takeAll(tree, rules, tree.childrenOf(BLOG), answer.below);
  const id = idOf(tree, index);
  return say(rules, id, pathAbove(tree, index), answer, (other) => isBelow(tree, other, index));
}

/** The tick box: takes a node with everything below it, or leaves all of it out when all of it is taken already. */
export function toggled(tree: PageTree, rules: SpaceRules, marks: Marks, index: number): SpaceRules {
  return take(tree, rules, index, tickOf(marks, index) === 'all' ? 'nothing' : 'subtree');
}

/** Says of each of these pages alone whether it is taken; what is said of pages below them stays. */
export function takeEach(
  tree: PageTree,
  rules: SpaceRules,
  marks: Marks,
  indexes: Iterable<number>,
  taken: boolean,
): SpaceRules {
  const nodes = new Map(rules.nodes);
  for (const index of indexes) {
    const item = tree.items[index];
    if (item === undefined || !isExported(item.kind) || marks.self[index] === Number(taken)) continue;
    const below = marks.below[index] === 1;
    const told = marks.below[tree.parents[index] as number] === 1;
    set(nodes, item.id, {
      self: taken === told ? undefined : taken,
      below: rules.nodes.get(item.id)?.below ?? (below === told ? undefined : below),
    });
  }
  return { space: rules.space, nodes };
}

/** Whether a node can be taken: a whiteboard, say, has nothing that could be copied, and a folder has what is in it. */
export function canTick(tree: PageTree, index: number): boolean {
  const kind = tree.items[index]?.kind;
  if (kind === undefined) return false;
  return (
    isExported(kind) || kind === 'space' || kind === 'blog' || kind === 'folder' || tree.hasChildren(index)
  );
}

function takeAll(tree: PageTree, rules: SpaceRules, children: readonly number[], taken: boolean): SpaceRules {
  const nodes = new Map(rules.nodes);
  const answer = taken === rules.space ? undefined : taken;
  for (const index of children) set(nodes, idOf(tree, index), { self: answer, below: answer });
  return { space: rules.space, nodes };
}

function set(nodes: Map<string, NodeRule>, id: string, rule: NodeRule): void {
  if (rule.self === undefined && rule.below === undefined) nodes.delete(id);
  else nodes.set(id, rule);
}

function idOf(tree: PageTree, index: number): string {
  return tree.items[index]?.id ?? '';
}

/** Ids from the top level down to the node, without it. The space and the blog are no nodes of the site. */
function pathAbove(tree: PageTree, index: number): string[] {
  return tree
    .above(index)
    .filter((at) => at !== SPACE && at !== BLOG)
    .map((at) => idOf(tree, at));
}

function isBelow(tree: PageTree, id: string, index: number): boolean {
  for (let at = tree.indexOf(id) ?? -1; at !== -1; at = tree.parents[at] ?? -1) {
    if (at === index) return true;
  }
  return false;
}
