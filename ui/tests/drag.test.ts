import { expect, test, vi } from 'vitest';

import { Drag } from '../src/lib/shelf/drag.svelte';

/** A row, a tile that is wherever the pointer is, and the pointer. */
function stage() {
  document.body.innerHTML = '<div id="row"></div><div id="tile" data-destination="7"></div>';
  const row = document.getElementById('row') as HTMLElement;
  document.elementFromPoint = () => document.getElementById('tile');
  const drag = new Drag();
  const drop = vi.fn();
  const point = (type: string, x: number, y: number) =>
    Object.assign(new MouseEvent(type, { clientX: x, clientY: y, bubbles: true }), {
      pointerId: 1,
    }) as unknown as PointerEvent;
  drag.watch(point('pointerdown', 10, 10), row, () => ({ pages: 31, drop }));
  return { drag, drop, send: (type: string, x = 10, y = 10) => row.dispatchEvent(point(type, x, y)) };
}

test('a press becomes a drag when the pointer goes some way, and ends on the tile below it', () => {
  const { drag, drop, send } = stage();
  send('pointermove', 12, 12);
  expect(drag.load).toBeUndefined();
  send('pointermove', 40, 60);
  expect(drag.load?.pages).toBe(31);
  expect([drag.x, drag.y, drag.over]).toEqual([40, 60, '7']);
  send('pointerup');
  expect(drop).toHaveBeenCalledExactlyOnceWith('7');
  expect(drag.load).toBeUndefined();
});

test('a press that stays where it is drops nothing', () => {
  const { drop, send } = stage();
  send('pointerup');
  expect(drop).not.toHaveBeenCalled();
});

test('Escape ends a drag and drops nothing', () => {
  const { drag, drop, send } = stage();
  send('pointermove', 40, 60);
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
  expect(drag.load).toBeUndefined();
  send('pointerup');
  expect(drop).not.toHaveBeenCalled();
});
