/** What a person ticked on one site. Every change can be taken back. */
import type { Selection } from '../backend/types/Selection';
import { NOTHING, takesSomething, toSelection, type SpaceRules } from './rules';

type Spaces = ReadonlyMap<string, SpaceRules>;

/** How many changes can be taken back. */
const KEPT = 100;

export class SiteSelection {
  #spaces = $state.raw<Spaces>(new Map());
  #past = $state.raw<readonly Spaces[]>([]);
  #future = $state.raw<readonly Spaces[]>([]);

  readonly isEmpty = $derived(this.#spaces.size === 0);
  readonly canUndo = $derived(this.#past.length > 0);
  readonly canRedo = $derived(this.#future.length > 0);
  /** Keys of the spaces that take part. */
  readonly keys = $derived([...this.#spaces.keys()]);

  rulesOf(space: string): SpaceRules {
    return this.#spaces.get(space) ?? NOTHING;
  }

  change(space: string, rules: SpaceRules): void {
    const spaces = new Map(this.#spaces);
    if (takesSomething(rules)) spaces.set(space, rules);
    else spaces.delete(space);
    this.#become(spaces);
  }

  clear(): void {
    if (!this.isEmpty) this.#become(new Map());
  }

  undo(): boolean {
    const before = this.#past.at(-1);
    if (before === undefined) return false;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, this.#spaces];
    this.#spaces = before;
    return true;
  }

  redo(): boolean {
    const after = this.#future.at(-1);
    if (after === undefined) return false;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, this.#spaces];
    this.#spaces = after;
    return true;
  }

  toSelection(): Selection {
    return { spaces: [...this.#spaces].map(([space, rules]) => toSelection(space, rules)) };
  }

  #become(spaces: Spaces): void {
    this.#past = [...this.#past, this.#spaces].slice(-KEPT);
    this.#future = [];
    this.#spaces = spaces;
  }
}
