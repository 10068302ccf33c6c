/** One site as the library shows it: its spaces, the trees that were opened, what is ticked, and the page that is shown. */
import type { Backend } from '../backend/backend';
import type { SiteSummary } from '../backend/types/SiteSummary';
import type { SpaceSummary } from '../backend/types/SpaceSummary';
import { Preview } from '../preview/preview.svelte';
import { tickOf, type Tick } from '../selection/marks';
import { EVERYTHING, NOTHING, type SpaceRules } from '../selection/rules';
import { SiteSelection } from '../selection/selection.svelte';
import { take, takeEach, toggled, type Reach } from '../selection/ticking';
import { Spaces } from '../spaces/spaces.svelte';
import { isExported, SPACE } from '../tree/pageTree';
import { SpaceTree } from '../tree/spaceTree.svelte';

/** Pages ticked in one space. */
export interface SpaceCount {
  readonly space: SpaceSummary;
  readonly pages: number;
  /** Whether more may come, because the tree is still being read. */
  readonly isOpen: boolean;
}

/** What a press on a tick did. */
export interface Change {
  /** Pages that came in; below zero when they went out. */
  readonly added: number;
  /** Whether it was about the pages that match a filter only. */
  readonly isFiltered: boolean;
}

export class Library {
  site: SiteSummary;
  readonly spaces: Spaces;
  readonly selection = new SiteSelection();
  readonly preview: Preview;
  /** The space whose tree is shown. */
  open = $state.raw<SpaceTree>();
  #trees = $state.raw<ReadonlyMap<string, SpaceTree>>(new Map());
  #backend: Backend;

  readonly counts = $derived.by(() => this.selection.keys.flatMap((key) => this.#countOf(key) ?? []));
  readonly pages = $derived(this.counts.reduce((sum, count) => sum + count.pages, 0));
  /** Whether pages are still being counted. */
  readonly isCounting = $derived(this.counts.some((count) => count.isOpen));

  constructor(backend: Backend, site: SiteSummary) {
    this.#backend = backend;
    this.site = $state.raw(site);
    this.spaces = new Spaces(backend, site.id);
    this.preview = new Preview(backend, site.id);
  }

  /** Reads the spaces, and opens the first when none is open. */
  async load(): Promise<void> {
    await this.spaces.load();
    const first = this.spaces.groups[0]?.spaces[0];
    if (this.open === undefined && first !== undefined) this.openSpace(first);
  }

  /** Reads spaces and the open tree anew. */
  async reload(): Promise<void> {
    this.preview.forget();
    const shown = this.open;
    this.#trees = new Map(
      [...this.#trees].filter(([, tree]) => tree === shown || this.#isTicked(tree.space.key)),
    );
    await Promise.all([this.spaces.load(), ...[...this.#trees.values()].map((tree) => tree.load())]);
  }

  /** Reads what could not be read, after the sign-in is back. */
  async recover(): Promise<void> {
    const failed = [...this.#trees.values()].filter((tree) => tree.state === 'failed');
    if (this.preview.error !== undefined) void this.preview.retry();
    await Promise.all([
      ...(this.spaces.state === 'failed' ? [this.load()] : []),
      ...failed.map((tree) => tree.load()),
    ]);
  }

  openSpace(space: SpaceSummary): SpaceTree {
    const tree = this.#treeOf(space);
    this.open = tree;
    return tree;
  }

  /** The tick of a space in the sidebar. */
  tickOf(space: SpaceSummary): Tick {
    const tree = this.#trees.get(space.key);
    if (tree !== undefined && tree.state === 'ready') return tickOf(tree.marks, SPACE);
    const rules = this.selection.rulesOf(space.key);
    if (!this.selection.keys.includes(space.key)) return 'none';
    return rules.space && rules.nodes.size === 0 ? 'all' : 'some';
  }

  /** Ticks or unticks a whole space. Its pages are counted by and by. */
  toggleSpace(space: SpaceSummary): void {
    const taken = this.tickOf(space) === 'all';
    this.selection.change(space.key, taken ? NOTHING : EVERYTHING);
    if (!taken) this.#treeOf(space);
  }

  /** Ticks or unticks a row; while a filter is on, only the pages below it that match. */
  tick(tree: SpaceTree, index: number): Change {
    const rules = this.selection.rulesOf(tree.space.key);
    if (tree.matches === undefined) return this.#change(tree, toggled(tree.tree, rules, tree.marks, index));
    const matching = [...tree.matches.found].filter(
      (found) => found === index || tree.tree.above(found).includes(index),
    );
    const isTaken = matching.every((found) => tree.marks.self[found] === 1);
    return this.#change(tree, takeEach(tree.tree, rules, tree.marks, matching, !isTaken));
  }

  /** Takes exactly so much of a row. */
  take(tree: SpaceTree, index: number, reach: Reach): Change {
    return this.#change(tree, take(tree.tree, this.selection.rulesOf(tree.space.key), index, reach));
  }

  pagesTicked(space: SpaceSummary): number {
    return this.#countOf(space.key)?.pages ?? 0;
  }

  /** Shows a node beside the tree when it has content of its own. */
  show(tree: SpaceTree, index: number): void {
    const item = tree.tree.items[index];
    if (item === undefined || !isExported(item.kind)) return;
    const above = tree.tree.above(index).map((at) => tree.tree.items[at]?.title ?? '');
    void this.preview.show({ space: tree.space.key, page: item.id, title: item.title, above });
  }

  /** Shows the first page of the open space where none is shown yet. */
  showSomething(): void {
    const tree = this.open;
    if (this.preview.target !== undefined || tree === undefined) return;
    const first = tree.tree.items.findIndex((item) => isExported(item.kind));
    if (first >= 0) this.show(tree, first);
  }

  /** Opens the way to a page and shows it. Answers whether it is there. */
  async goTo(spaceKey: string, page: string | null): Promise<boolean> {
    if (this.spaces.state !== 'ready') await this.spaces.load();
    const space = this.spaces.withKey(spaceKey);
    if (space === undefined) return false;
    const tree = this.openSpace(space);
    if (page === null) return true;
    await tree.loaded;
    const index = tree.tree.indexOf(page);
    if (index === undefined) return false;
    tree.reveal(index);
    this.show(tree, index);
    return true;
  }

  #change(tree: SpaceTree, rules: SpaceRules): Change {
    const before = tree.marks.taken[SPACE] ?? 0;
    this.selection.change(tree.space.key, rules);
    return { added: (tree.marks.taken[SPACE] ?? 0) - before, isFiltered: tree.matches !== undefined };
  }

  #treeOf(space: SpaceSummary): SpaceTree {
    const known = this.#trees.get(space.key);
    if (known !== undefined) {
      if (known.state === 'failed') void known.load();
      return known;
    }
    const tree = new SpaceTree(this.#backend, this.site.id, space, this.selection);
    this.#trees = new Map(this.#trees).set(space.key, tree);
    void tree.load();
    return tree;
  }

  #isTicked(key: string): boolean {
    return this.selection.keys.includes(key);
  }

  #countOf(key: string): SpaceCount | undefined {
    const space = this.spaces.withKey(key);
    if (space === undefined) return undefined;
    const tree = this.#trees.get(key);
    const pages = tree === undefined ? 0 : (tree.marks.taken[SPACE] ?? 0);
    return { space, pages, isOpen: tree === undefined || tree.state === 'loading' };
  }
}
