/** The tree of one space as it comes in, and which rows of it are open. */
import { asIpcError, type Backend } from '../backend/backend';
import type { IpcError } from '../backend/types/IpcError';
import type { SpaceSummary } from '../backend/types/SpaceSummary';
import type { TreeNode } from '../backend/types/TreeNode';
import { match } from '../filter/match';
import { mark } from '../selection/marks';
import type { SiteSelection } from '../selection/selection.svelte';
import { PageTree, SPACE } from './pageTree';
import { closed, opened, visibleRows } from './rows';

export class SpaceTree {
  readonly space: SpaceSummary;
  tree = new PageTree('', '');
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state.raw<IpcError>();
  /** Grows whenever nodes came; what is worked out from the tree depends on it. */
  version = $state(0);
  /** The row that the keyboard is on. */
  focus = $state(SPACE);
  query = $state('');
  /** Settles when reading has come to an end, well or not. */
  loaded: Promise<void> = Promise.resolve();

  #backend: Backend;
  #site: string;
  #selection: SiteSelection;
  #open = new Set<number>();
  #rows = $state.raw<readonly number[]>([SPACE]);

  readonly marks = $derived.by(() => mark(this.#known(), this.#selection.rulesOf(this.space.key)));
  readonly matches = $derived.by(() =>
    this.query.trim() === '' ? undefined : match(this.#known(), this.query),
  );
  /** The rows to show, top to bottom. */
  readonly rows = $derived(this.matches?.rows ?? this.#rows);
  /** Nodes that came so far. */
  readonly size = $derived(this.#known().size);

  constructor(backend: Backend, site: string, space: SpaceSummary, selection: SiteSelection) {
    this.#backend = backend;
    this.#site = site;
    this.space = space;
    this.#selection = selection;
  }

  /** Reads the tree from the site, anew when it was read before. What was open stays open. */
  load(): Promise<void> {
    this.loaded = this.#read();
    return this.loaded;
  }

  isOpen(index: number): boolean {
    return index === SPACE || this.matches !== undefined || this.#open.has(index);
  }

  async #read(): Promise<void> {
    const wasOpen = this.#idsOf(this.#open);
    const wasFocused = this.tree.items[this.focus]?.id;
    const tree = new PageTree(this.space.key, this.space.name);
    this.tree = tree;
    this.#open.clear();
    this.focus = SPACE;
    this.state = 'loading';
    this.error = undefined;
    this.#showAll();
    try {
      await this.#backend.loadTree(this.#site, this.space.key, (batch) => {
        if (this.tree === tree) this.#take(batch.nodes);
      });
      if (this.tree !== tree) return;
      tree.finish();
      for (const id of wasOpen) this.#openNode(tree.indexOf(id));
      this.#openOnlyChild();
      this.focus = (wasFocused === undefined ? undefined : tree.indexOf(wasFocused)) ?? SPACE;
      this.state = 'ready';
    } catch (reason) {
      if (this.tree !== tree) return;
      this.error = asIpcError(reason);
      this.state = 'failed';
    }
    this.#showAll();
  }

  open(index: number): void {
    if (this.matches !== undefined || this.#open.has(index) || !this.tree.hasChildren(index)) return;
    this.#open.add(index);
    const at = this.#rows.indexOf(index);
    if (at >= 0) this.#rows = opened(this.tree, this.#rows, at, this.#open);
  }

  close(index: number): void {
    if (this.matches !== undefined || index === SPACE || !this.#open.delete(index)) return;
    const at = this.#rows.indexOf(index);
    if (at >= 0) this.#rows = closed(this.tree, this.#rows, at);
    if (this.tree.above(this.focus).includes(index)) this.focus = index;
  }

  /** Opens every node beside this one. */
  openSiblings(index: number): void {
    for (const sibling of this.tree.childrenOf(this.tree.parents[index] ?? SPACE)) this.#openNode(sibling);
    this.#showAll();
  }

  /** Opens the way to a node and puts the focus on it. */
  reveal(index: number): void {
    this.query = '';
    for (const above of this.tree.above(index)) this.#openNode(above);
    this.focus = index;
    this.#showAll();
  }

  #take(nodes: TreeNode[]): void {
    const touched = this.tree.add(nodes);
    this.version += 1;
    for (const index of touched) {
      if (index !== SPACE && !this.#open.has(index)) continue;
      this.#rows = visibleRows(this.tree, this.#open);
      break;
    }
  }

  /** A space with a home page has everything below it: one closed row would be a poor first sight. */
  #openOnlyChild(): void {
    const top = this.tree.childrenOf(SPACE);
    for (const index of top.length <= 2 ? top.slice(0, 1) : []) this.#openNode(index);
  }

  #openNode(index: number | undefined): void {
    if (index !== undefined && this.tree.hasChildren(index)) this.#open.add(index);
  }

  #showAll(): void {
    this.version += 1;
    this.#rows = visibleRows(this.tree, this.#open);
  }

  #idsOf(indexes: Iterable<number>): string[] {
    return [...indexes].flatMap((index) => this.tree.items[index]?.id ?? []);
  }

  /** The tree, for those who must be told when it grows. */
  #known(): PageTree {
    void this.version;
    return this.tree;
  }
}
