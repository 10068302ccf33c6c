/** Paths as the folder tree that they make. */

export interface FolderRow {
  readonly name: string;
  readonly depth: number;
  readonly isFolder: boolean;
  /** The whole path. */
  readonly path: string;
}

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: string[];
}

export function rowsOf(paths: readonly string[]): FolderRow[] {
  const root = newFolder();
  for (const path of paths) {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    let folder = root;
    for (const part of parts) {
      const inner = folder.folders.get(part) ?? newFolder();
      folder.folders.set(part, inner);
      folder = inner;
    }
    folder.files.push(name);
  }
  return rows(root, 0, '');
}

function newFolder(): Folder {
  return { folders: new Map(), files: [] };
}

/** Folders come before files, as file managers show them. */
function rows(folder: Folder, depth: number, above: string): FolderRow[] {
  const named = (name: string) => (above === '' ? name : `${above}/${name}`);
  const inner = [...folder.folders].toSorted(([a], [b]) => a.localeCompare(b));
  return [
    ...inner.flatMap(([name, one]) => [
      { name, depth, isFolder: true, path: named(name) },
      ...rows(one, depth + 1, named(name)),
    ]),
    ...folder.files
      .toSorted((a, b) => a.localeCompare(b))
      .map((name) => ({ name, depth, isFolder: false, path: named(name) })),
  ];
}
