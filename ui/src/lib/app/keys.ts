/** Shortcuts, as they are pressed and as they are shown. */

/** Whether the key is held that makes shortcuts: Ctrl, and Command on a Mac. */
function hasModifier(event: KeyboardEvent, platform: string | undefined): boolean {
  return platform === 'macos'
    ? event.metaKey && !event.ctrlKey
    : event.ctrlKey && !event.metaKey && !event.altKey;
}

/** Those that a text has for itself. */
const OF_FIELDS = new Set(['a', 'z', 'y', 'shift+z', 'shift+a', 'shift+c', 'enter']);

/** The shortcut that a key press is, such as `shift+z` or `f6`; nothing when it is none, or belongs to the text that has the focus. */
export function shortcutIn(event: KeyboardEvent, platform: string | undefined): string | undefined {
  const keys = `${event.shiftKey ? 'shift+' : ''}${event.key.toLowerCase()}`;
  if (/^f\d+$/i.test(event.key)) return keys;
  if (!hasModifier(event, platform)) return undefined;
  const isText = event.target instanceof Element && event.target.closest('input, .selectable') !== null;
  return isText && OF_FIELDS.has(keys) ? undefined : keys;
}

/** `Mod+Shift+A` as this system writes it. */
export function keysHere(keys: string, platform: string | undefined): string {
  if (platform !== 'macos') return keys.replaceAll('Mod', 'Ctrl');
  return keys.replaceAll('Mod+', '⌘').replaceAll('Shift+', '⇧');
}
