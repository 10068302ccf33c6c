import { describe, expect, test } from 'vitest';

import { match } from '../src/lib/filter/match';
import { looksLikeAddress } from '../src/lib/filter/address';
import { PageTree } from '../src/lib/tree/pageTree';
import { closed, opened, visibleRows } from '../src/lib/tree/rows';
import { TypeAhead } from '../src/lib/tree/typeAhead';
import { indexOf, node, outline, treeOf } from './trees';

describe('the order of a tree', () => {
  test('positions come first, then titles as people sort them', () => {
    const tree = treeOf([
      node('z', null, { title: 'Page 10' }),
      node('y', null, { title: 'Page 2' }),
      node('b', null, { position: 7 }),
      node('a', null, { position: -3 }),
    ]);
    expect(outline(tree)).toEqual(['a', 'b', 'y', 'z']);
  });

  test('blog posts are gathered below everything else, the newest first', () => {
    const tree = treeOf([
      node('old', null, { kind: 'blog-post', modified: '2025-01-01T00:00:00Z' }),
      node('new', null, { kind: 'blog-post', modified: '2026-01-01T00:00:00Z' }),
      node('page', null),
    ]);
    expect(outline(tree)).toEqual(['page', 'blog:DOC', '  new', '  old']);
  });

  test('folders, whiteboards and pages stand below each other as they come', () => {
    const tree = treeOf([
      node('f', null, { kind: 'folder' }),
      node('w', 'f', { kind: 'whiteboard' }),
      node('p', 'w'),
    ]);
    expect(outline(tree)).toEqual(['f', '  w', '    p']);
  });
});

describe('nodes that come in any order', () => {
  test('a child that comes before its parent is placed when the parent comes', () => {
    const tree = new PageTree('DOC', 'Documents');
    tree.add([node('3', '2'), node('2', '1')]);
    expect(outline(tree)).toEqual([]);
    tree.add([node('1', null)]);
    expect(outline(tree)).toEqual(['1', '  2', '    3']);
  });

  test('a node whose parent never comes goes to the top level in the end', () => {
    expect(outline(treeOf([node('1', null), node('2', 'gone'), node('3', '2')]))).toEqual(['1', '2', '  3']);
  });

  test('a circle of parents loses nobody', () => {
    const tree = treeOf([node('1', '2'), node('2', '3'), node('3', '1'), node('4', '4')]);
    expect(
      outline(tree)
        .map((line) => line.trim())
        .sort(),
    ).toEqual(['1', '2', '3', '4']);
    expect(tree.order().length).toBe(5);
  });

  test('a node that comes twice is there once', () => {
    const tree = new PageTree('DOC', 'Documents');
    tree.add([node('1', null)]);
    tree.add([node('1', null), node('2', '1')]);
    expect(outline(tree)).toEqual(['1', '  2']);
    expect(tree.size).toBe(2);
  });
});

describe('rows', () => {
  const tree = treeOf([node('1', null), node('2', '1'), node('3', '2'), node('4', '1'), node('5', null)]);
  const ids = (rows: readonly number[]) => rows.slice(1).map((row) => tree.items[row]?.id);

  test('only what is below open nodes is shown', () => {
    expect(ids(visibleRows(tree, new Set()))).toEqual(['1', '5']);
    expect(ids(visibleRows(tree, new Set([indexOf(tree, '2')])))).toEqual(['1', '5']);
  });

  test('opening and closing changes the rows as working them out anew does', () => {
    const open = new Set([indexOf(tree, '2')]);
    const before = visibleRows(tree, open);
    open.add(indexOf(tree, '1'));
    const after = opened(tree, before, 1, open);
    expect(ids(after)).toEqual(['1', '2', '3', '4', '5']);
    expect(after).toEqual(visibleRows(tree, open));
    expect(closed(tree, after, 1)).toEqual(before);
    expect(ids(closed(tree, after, 2))).toEqual(['1', '2', '4', '5']);
  });

  test('50,000 nodes on one level and 2,000 levels are no trouble', () => {
    const flat = Array.from({ length: 50_000 }, (_, at) => node(`f${at}`, 'd0', { position: 50_000 - at }));
    const deep = Array.from({ length: 2000 }, (_, at) => node(`d${at}`, at === 0 ? null : `d${at - 1}`));
    const big = treeOf([...flat, ...deep]);
    const everything = new Set(big.order());
    expect(visibleRows(big, everything)).toHaveLength(52_001);
    expect(big.items[big.childrenOf(indexOf(big, 'd0'))[0] ?? -1]?.id).toBe('f49999');
  });
});

describe('the filter', () => {
  const tree = treeOf([
    node('1', null, { title: 'Handbook' }),
    node('2', '1', { title: 'Übersicht der Räume' }),
    node('3', '2', { title: 'Keys' }),
    node('4', '1', { title: 'Room keys, spare' }),
    node('5', null, { title: 'Keyboard' }),
  ]);
  const shown = (query: string) =>
    match(tree, query)
      .rows.slice(1)
      .map((row) => tree.items[row]?.id);

  test('what is above a match is shown with it', () => {
    expect(shown('keys')).toEqual(['1', '4', '2', '3']);
    expect(match(tree, 'keys').found.size).toBe(2);
  });

  test('case, accents and the order of words do not matter', () => {
    expect(shown('raume UBERSICHT')).toEqual(['1', '2']);
    expect(shown('spare room')).toEqual(['1', '4']);
    expect(shown('nothing like it')).toEqual([]);
  });

  test('an address is told from words', () => {
    expect(looksLikeAddress(' https://acme.atlassian.net/wiki/x/AbC ')).toBe(true);
    expect(looksLikeAddress('https in practice')).toBe(false);
  });
});

describe('type-ahead', () => {
  const titles = ['Apples', 'Bears', 'Beans', 'Cats'];
  const find = (typeAhead: TypeAhead, letter: string, from: number) =>
    typeAhead.find(letter, from, titles.length, (row) => titles[row] ?? '');

  test('letters in quick succession narrow, the same letter goes on', () => {
    const quick = new TypeAhead();
    expect(find(quick, 'b', 0)).toBe(1);
    expect(find(quick, 'e', 1)).toBe(1);
    expect(find(quick, 'a', 1)).toBe(1);
    expect(find(quick, 'n', 1)).toBe(2);
    const again = new TypeAhead();
    expect(find(again, 'b', 1)).toBe(2);
    expect(find(again, 'b', 2)).toBe(1);
    expect(find(new TypeAhead(), 'x', 0)).toBeUndefined();
  });
});
