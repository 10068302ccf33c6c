/** Words for those who listen, and short messages for those who look. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** How long a toast stays, in milliseconds. */
const SHOWN = 8000;

export class Announcer {
  /** Read out when there is time. */
  polite = $state('');
  /** Read out at once: work stopped. */
  assertive = $state('');
  toasts = $state.raw<readonly Toast[]>([]);
  #next = 1;

  say(text: string): void {
    this.polite = repeatable(text, this.polite);
  }

  alarm(text: string): void {
    this.assertive = repeatable(text, this.assertive);
  }

  /** Shows and says something that was done, with a way back where there is one. */
  toast(text: string, action?: Toast['action']): void {
    const id = this.#next++;
    this.toasts = [...this.toasts.slice(-2), { id, text, ...(action && { action }) }];
    this.say(text);
    setTimeout(() => this.dismiss(id), SHOWN);
  }

  dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }
}

/** The same words twice are read out twice only when they differ: by a space without width at the end. */
function repeatable(text: string, before: string): string {
  return text === before ? `${text}\u200b` : text;
}
