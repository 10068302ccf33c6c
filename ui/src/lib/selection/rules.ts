/**
 * The rules for one space, in the meaning of `Selection` in the engine: the nearest rule decides, and of two on the same node
 * the one with the narrower reach. Written down as two answers a node, that order comes by itself: one for the node, one
 * for what is below it.
 *
 * Rules are values: a change makes new ones, so that it can be taken back.
 */
import type { Effect } from '../backend/types/Effect';
import type { Rule } from '../backend/types/Rule';
import type { SpaceSelection } from '../backend/types/SpaceSelection';

/** What is said of one node. `undefined` leaves it to the nodes above. */
export interface NodeRule {
  readonly self: boolean | undefined;
  readonly below: boolean | undefined;
}

export interface SpaceRules {
  /** What is said of everything in the space. */
  readonly space: boolean;
  readonly nodes: ReadonlyMap<string, NodeRule>;
}

export const NOTHING: SpaceRules = { space: false, nodes: new Map() };
export const EVERYTHING: SpaceRules = { space: true, nodes: new Map() };

/** Whether the node at the end of `path` is taken; `path` lists the ids from the top of the tree down to it. */
export function decide(rules: SpaceRules, path: readonly string[]): boolean {
  for (let at = path.length - 1; at >= 0; at -= 1) {
    const rule = rules.nodes.get(path[at] as string);
    const answer = at === path.length - 1 ? rule?.self : rule?.below;
    if (answer !== undefined) return answer;
  }
  return rules.space;
}

/** What nodes below the end of `path` are told by the nodes above them, the end included. */
export function inherited(rules: SpaceRules, path: readonly string[]): boolean {
  for (let at = path.length - 1; at >= 0; at -= 1) {
    const answer = rules.nodes.get(path[at] as string)?.below;
    if (answer !== undefined) return answer;
  }
  return rules.space;
}

/**
 * Says of a node and of what is below it whether it is taken. `above` is the path to the node without it, `isBelow` tells
 * which of the nodes with rules are below it: their rules have had their day.
 */
export function say(
  rules: SpaceRules,
  id: string,
  above: readonly string[],
  answer: { self: boolean; below: boolean },
  isBelow: (id: string) => boolean,
): SpaceRules {
  const nodes = new Map([...rules.nodes].filter(([other]) => other !== id && !isBelow(other)));
  const told = inherited(rules, above);
  if (answer.self !== told || answer.below !== told) {
    nodes.set(id, {
      self: answer.self === told ? undefined : answer.self,
      below: answer.below === told ? undefined : answer.below,
    });
  }
  return { space: rules.space, nodes };
}

/** Whether there is anything that these rules take, or could take. */
export function takesSomething(rules: SpaceRules): boolean {
  return rules.space || [...rules.nodes.values()].some((rule) => rule.self === true || rule.below === true);
}

/** The rules as the engine wants them. */
export function toSelection(space: string, rules: SpaceRules): SpaceSelection {
  const list: Rule[] = [];
  if (rules.space) list.push({ target: 'space', reach: 'subtree', effect: 'include' });
  for (const [id, { self, below }] of rules.nodes) {
    const target = { node: id };
    if (self === below && self !== undefined) {
      list.push({ target, reach: 'subtree', effect: effect(self) });
      continue;
    }
    if (self !== undefined) list.push({ target, reach: 'node', effect: effect(self) });
    if (below !== undefined) list.push({ target, reach: 'below', effect: effect(below) });
  }
  return { space, rules: list };
}

function effect(included: boolean): Effect {
  return included ? 'include' : 'exclude';
}
