/**
 * Pages that are carried to a tile of the shelf. Built on pointer events: what HTML calls drag and drop does not work everywhere
 * beside the window's own handling of files.
 */

/** Way of the pointer before a press becomes a drag. */
const THRESHOLD = 6;

export interface Load {
  /** How many pages are carried. */
  readonly pages: number;
  readonly drop: (destination: string) => void;
}

export class Drag {
  load = $state.raw<Load>();
  x = $state(0);
  y = $state(0);
  /** The tile below the pointer. */
  over = $state<string>();

  /** Watches a press; `lift` is asked what is carried once it has become a drag. */
  watch(press: PointerEvent, from: HTMLElement, lift: () => Load | undefined): void {
    const move = (event: PointerEvent) => {
      if (event.pointerId !== press.pointerId) return;
      if (this.load === undefined) {
        if (Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY) < THRESHOLD) return;
        this.load = lift();
        if (this.load === undefined) return end();
        from.setPointerCapture(press.pointerId);
      }
      this.#follow(event);
    };
    const up = () => {
      const { load, over } = this;
      end();
      if (load === undefined) return;
      window.addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => window.removeEventListener('click', swallow, { capture: true }));
      if (over !== undefined) load.drop(over);
    };
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Escape') end();
    };
    const end = () => {
      this.load = this.over = undefined;
      from.removeEventListener('pointermove', move);
      from.removeEventListener('pointerup', up);
      from.removeEventListener('pointercancel', end);
      window.removeEventListener('keydown', key);
    };
    from.addEventListener('pointermove', move);
    from.addEventListener('pointerup', up);
    from.addEventListener('pointercancel', end);
    window.addEventListener('keydown', key);
  }

  #follow(event: PointerEvent): void {
    this.x = event.clientX;
    this.y = event.clientY;
    const tile = document
      .elementFromPoint(event.clientX, event.clientY)
      ?.closest<HTMLElement>('[data-destination]');
    this.over = tile?.dataset.destination;
  }
}

/** The press has been a drag: it must not also count as a click. */
function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}
