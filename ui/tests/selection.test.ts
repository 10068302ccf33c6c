import { describe, expect, test } from 'vitest';

import { mark, tickOf } from '../src/lib/selection/marks';
import { decide, EVERYTHING, NOTHING, toSelection, type SpaceRules } from '../src/lib/selection/rules';
import { SiteSelection } from '../src/lib/selection/selection.svelte';
import { canTick, take, takeEach, toggled, type Reach } from '../src/lib/selection/ticking';
import { BLOG, SPACE } from '../src/lib/tree/pageTree';
import { indexOf, node, treeOf } from './trees';

/** 1 has 2 and 5 below it; 2 has 3 and 4; 6 is a folder with 7; 8 is a whiteboard; two blog posts. */
const tree = treeOf([
  node('1', null),
  node('2', '1'),
  node('3', '2'),
  node('4', '2'),
  node('5', '1'),
  node('6', null, { kind: 'folder' }),
  node('7', '6'),
  node('8', null, { kind: 'whiteboard' }),
  node('b1', null, { kind: 'blog-post' }),
  node('b2', null, { kind: 'blog-post' }),
]);
const PAGES = ['1', '2', '3', '4', '5', '7', 'b1', 'b2'];

function after(...steps: [id: string, reach: Reach][]): SpaceRules {
  return steps.reduce((rules, [id, reach]) => take(tree, rules, indexOf(tree, id), reach), NOTHING);
}

function taken(rules: SpaceRules): string[] {
  const { self } = mark(tree, rules);
  return PAGES.filter((id) => self[indexOf(tree, id)] === 1);
}

function ticks(rules: SpaceRules): Record<string, string> {
  const marks = mark(tree, rules);
  return Object.fromEntries(['1', '2', '3', '6'].map((id) => [id, tickOf(marks, indexOf(tree, id))]));
}

describe('rules mean what they mean to the engine', () => {
  const rules: SpaceRules = {
    space: false,
    nodes: new Map([
      ['1', { self: true, below: true }],
      ['2', { self: false, below: false }],
      ['3', { self: true, below: undefined }],
    ]),
  };

  test('the nearest rule decides', () => {
    expect(decide(rules, ['1'])).toBe(true);
    expect(decide(rules, ['1', '9'])).toBe(true);
    expect(decide(rules, ['1', '2'])).toBe(false);
    expect(decide(rules, ['1', '2', '8'])).toBe(false);
    expect(decide(rules, ['1', '2', '3'])).toBe(true);
    expect(decide(rules, ['1', '2', '3', '7'])).toBe(false);
    expect(decide(rules, ['5'])).toBe(false);
    expect(decide(EVERYTHING, ['77'])).toBe(true);
  });

  test('they are handed over as one rule a node where one is enough', () => {
    expect(toSelection('DOC', rules)).toEqual({
      space: 'DOC',
      rules: [
        { target: { node: '1' }, reach: 'subtree', effect: 'include' },
        { target: { node: '2' }, reach: 'subtree', effect: 'exclude' },
        { target: { node: '3' }, reach: 'node', effect: 'include' },
      ],
    });
    expect(toSelection('DOC', EVERYTHING).rules).toEqual([
      { target: 'space', reach: 'subtree', effect: 'include' },
    ]);
  });

  test('what the ticks show is what the rules decide', () => {
    const rules = after(['1', 'subtree'], ['2', 'nothing'], ['3', 'self'], ['6', 'below']);
    const paths: Record<string, string[]> = {
      3: ['1', '2', '3'],
      4: ['1', '2', '4'],
      5: ['1', '5'],
      7: ['6', '7'],
    };
    for (const [id, path] of Object.entries(paths))
      expect(taken(rules).includes(id)).toBe(decide(rules, path));
  });
});

describe('ticking', () => {
  test('a tick takes a page with everything below it, and leaves all of it out again', () => {
    const rules = after(['1', 'subtree']);
    expect(taken(rules)).toEqual(['1', '2', '3', '4', '5']);
    expect(taken(toggled(tree, rules, mark(tree, rules), indexOf(tree, '1')))).toEqual([]);
  });

  test('a page left out makes the boxes above it partly ticked', () => {
    const rules = after(['1', 'subtree'], ['3', 'nothing']);
    expect(ticks(rules)).toEqual({ 1: 'some', 2: 'some', 3: 'none', 6: 'none' });
    expect(ticks(take(tree, rules, indexOf(tree, '3'), 'subtree'))).toMatchObject({ 1: 'all', 2: 'all' });
  });

  test('a partly ticked box becomes ticked', () => {
    const rules = after(['3', 'subtree']);
    const marks = mark(tree, rules);
    expect(tickOf(marks, indexOf(tree, '1'))).toBe('some');
    expect(taken(toggled(tree, rules, marks, indexOf(tree, '1')))).toEqual(['1', '2', '3', '4', '5']);
  });

  test('only this page and only what is below are different things', () => {
    expect(taken(after(['2', 'self']))).toEqual(['2']);
    expect(taken(after(['2', 'below']))).toEqual(['3', '4']);
    expect(taken(after(['1', 'subtree'], ['2', 'below']))).toEqual(['1', '3', '4', '5']);
  });

  test('a new page below a ticked one is taken, below a page that stands alone it is not', () => {
    expect(decide(after(['2', 'subtree']), ['1', '2', 'new'])).toBe(true);
    expect(decide(after(['1', 'subtree'], ['2', 'self']), ['1', '2', 'new'])).toBe(false);
    expect(decide(after(['3', 'subtree']), ['1', '2', '3', 'new'])).toBe(true);
  });

  test('ticking a page of which no child is known takes its children too', () => {
    const lonely = treeOf([node('1', null)]);
    const rules = take(lonely, NOTHING, indexOf(lonely, '1'), 'subtree');
    expect(decide(rules, ['1', 'not read yet'])).toBe(true);
  });

  test('rules that say nothing new are not kept', () => {
    expect(after(['1', 'subtree'], ['3', 'nothing'], ['1', 'nothing']).nodes.size).toBe(0);
    expect(after(['1', 'subtree'], ['3', 'nothing'], ['3', 'subtree']).nodes.size).toBe(1);
  });

  test('the whole space and the blog can be ticked', () => {
    expect(taken(take(tree, NOTHING, SPACE, 'subtree'))).toEqual(PAGES);
    expect(taken(take(tree, NOTHING, BLOG, 'subtree'))).toEqual(['b1', 'b2']);
    expect(taken(take(tree, EVERYTHING, BLOG, 'nothing'))).toEqual(['1', '2', '3', '4', '5', '7']);
  });

  test('under a filter only the matches change, not what is below them', () => {
    const found = [indexOf(tree, '2'), indexOf(tree, '7')];
    const rules = takeEach(tree, NOTHING, mark(tree, NOTHING), found, true);
    expect(taken(rules)).toEqual(['2', '7']);
    const all = takeEach(tree, EVERYTHING, mark(tree, EVERYTHING), found, false);
    expect(taken(all)).toEqual(['1', '3', '4', '5', 'b1', 'b2']);
  });

  test('what cannot be copied cannot be ticked, and is not counted', () => {
    expect(canTick(tree, indexOf(tree, '8'))).toBe(false);
    expect(canTick(tree, indexOf(tree, '6'))).toBe(true);
    expect(mark(tree, EVERYTHING).taken[SPACE]).toBe(PAGES.length);
  });

  test('50,000 ticks are worked out at once', () => {
    const nodes = Array.from({ length: 50_000 }, (_, at) =>
      node(`${at}`, at === 0 ? null : `${Math.floor((at - 1) / 5)}`),
    );
    const big = treeOf(nodes);
    const marks = mark(big, take(big, EVERYTHING, indexOf(big, '1'), 'nothing'));
    expect(marks.pages[SPACE]).toBe(50_000);
    expect(marks.taken[SPACE]).toBe(50_000 - (marks.pages[indexOf(big, '1')] ?? 0));
  });
});

describe('the selection of a site', () => {
  test('changes can be taken back and done again', () => {
    const selection = new SiteSelection();
    selection.change('A', EVERYTHING);
    selection.change('B', EVERYTHING);
    selection.clear();
    expect(selection.isEmpty).toBe(true);
    expect(selection.undo()).toBe(true);
    expect(selection.keys).toEqual(['A', 'B']);
    selection.undo();
    expect(selection.keys).toEqual(['A']);
    selection.redo();
    expect(selection.keys).toEqual(['A', 'B']);
    selection.change('C', EVERYTHING);
    expect(selection.redo()).toBe(false);
  });

  test('a space from which nothing is taken takes no part', () => {
    const selection = new SiteSelection();
    selection.change('A', EVERYTHING);
    selection.change('A', NOTHING);
    expect(selection.toSelection()).toEqual({ spaces: [] });
    selection.change('B', { space: false, nodes: new Map([['1', { self: false, below: undefined }]]) });
    expect(selection.isEmpty).toBe(true);
  });
});
