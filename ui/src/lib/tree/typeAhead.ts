/** Going to the next title that begins with the letters typed in quick succession. */

/** Letters further apart than this, in milliseconds, begin a new word. */
const PAUSE = 700;

export class TypeAhead {
  #typed = '';
  #last = 0;

  /** The row to go to, after `from`; the same letter again goes to the next such title. */
  find(letter: string, from: number, rows: number, titleOf: (row: number) => string): number | undefined {
    const now = Date.now();
    this.#typed = now - this.#last > PAUSE ? letter : this.#typed + letter;
    this.#last = now;
    const isRepeated = [...this.#typed].every((other) => other === this.#typed[0]);
    const wanted = (isRepeated ? (this.#typed[0] ?? '') : this.#typed).toLocaleLowerCase();
    const first = isRepeated ? 1 : 0;
    for (let step = first; step < rows + first; step += 1) {
      const row = (from + step) % rows;
      if (titleOf(row).toLocaleLowerCase().startsWith(wanted)) return row;
    }
    return undefined;
  }
}
