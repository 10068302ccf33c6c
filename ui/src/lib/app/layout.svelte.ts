/** How the panes of the library share the window. */
import { MediaQuery } from 'svelte/reactivity';

export const SIDEBAR = { initial: 232, min: 180, max: 420 };
export const PREVIEW = { initial: 520, min: 420, max: 1200 };

const panes = ['sidebar', 'tree', 'preview', 'shelf'] as const;
export type Pane = (typeof panes)[number];

export class Layout {
  sidebar = $state(SIDEBAR.initial);
  preview = $state(PREVIEW.initial);
  #wide = $state(true);
  #narrow = $state(false);
  /** In a window of one column: whether spaces are shown in it, and not pages. */
  isAtSpaces = $state(false);
  #isTiny = new MediaQuery('(max-width: 640px)', false);
  #isNarrow = new MediaQuery('(max-width: 1099px)', false);

  /** Whether the preview lies over the tree instead of beside it. */
  get isNarrow(): boolean {
    return this.#isNarrow.current;
  }

  /** Whether there is room for one column only, as when the window is magnified. */
  get isTiny(): boolean {
    return this.#isTiny.current;
  }

  get isPreviewOpen(): boolean {
    return this.isNarrow ? this.#narrow : this.#wide;
  }

  set isPreviewOpen(open: boolean) {
    if (this.isNarrow) this.#narrow = open;
    else this.#wide = open;
  }

  /** The pane after, or before, the one that has the focus. */
  next(from: string | undefined, step: 1 | -1): Pane {
    const there = panes.filter((pane) => pane !== 'preview' || this.isPreviewOpen);
    const at = there.indexOf(from as Pane);
    return there[(at + step + there.length) % there.length] ?? 'tree';
  }
}
