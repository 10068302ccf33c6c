/** The keys, as the list under Help shows them. `Mod` is Ctrl, and the Command key on a Mac. */
export const shortcuts = {
  title: 'Keyboard shortcuts',
  groups: [
    {
      name: 'Anywhere',
      keys: [
        { keys: 'Mod+K', does: 'Find or do anything' },
        { keys: 'Mod+F', does: 'Filter pages' },
        { keys: 'Mod+E', does: 'Send the selection to a folder' },
        { keys: 'Mod+A', does: 'Tick all pages of the list' },
        { keys: 'Mod+Shift+C', does: 'Copy the page in the preview as Markdown' },
        { keys: 'Mod+Enter', does: 'Open in browser' },
        { keys: 'Mod+\\', does: 'Preview on or off' },
        { keys: 'Mod+Z', does: 'Undo the last change of the selection' },
        { keys: 'Mod+Shift+Z', does: 'Do it again' },
        { keys: 'Mod+Shift+A', does: 'Clear the selection' },
        { keys: 'Mod+Shift+D', does: 'Go to the shelf' },
        { keys: 'Mod+Shift+N', does: 'Connect a site' },
        { keys: 'Mod+1 … 9', does: 'Switch site' },
        { keys: 'Mod+J', does: 'Activity' },
        { keys: 'Mod+,', does: 'Settings' },
        { keys: 'F5', does: 'Read spaces and pages again' },
        { keys: 'F6', does: 'Next pane; with Shift the previous one' },
        { keys: 'F1', does: 'This list' },
      ],
    },
    {
      name: 'In the tree',
      keys: [
        { keys: 'Space', does: 'Tick with everything below' },
        { keys: 'Shift+Enter', does: 'Tick only this page' },
        { keys: 'Enter', does: 'Show in the preview' },
        { keys: '→ ←', does: 'Expand, collapse, go to child or parent' },
        { keys: '*', does: 'Expand all beside this one' },
        { keys: '↑ ↓ Home End', does: 'Move' },
        { keys: 'Letters', does: 'Go to the next title that begins so' },
        { keys: 'Shift+F10', does: 'Menu of the row' },
      ],
    },
  ],
};
