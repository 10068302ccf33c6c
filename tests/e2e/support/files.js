/** What an export left on the disk, and what the command makes of the same pages. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ownFolders, program } from './programs.js';

/** The files below `folder` by their paths, Pagelift's own record left out. */
export async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map();
  for (const entry of entries.filter((entry) => entry.isFile())) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const name = path.slice(folder.length + 1);
    if (!name.startsWith('.pagelift/')) files.set(name, await readFile(path));
  }
  return files;
}

/** Fails unless two folders hold the same files. */
export async function assertSameFiles(folder, expected) {
  const [found, wanted] = [await filesIn(folder), await filesIn(expected)];
  assert.ok(wanted.size > 0, `there is nothing in ${expected}`);
  assert.deepEqual([...found.keys()].sort(), [...wanted.keys()].sort());
  for (const [name, bytes] of wanted) {
    assert.ok(found.get(name).equals(bytes), `${name} differs from what the command writes`);
  }
}

/** Runs the `pagelift` command in folders of its own. Rejects when it fails. */
export async function pagelift(folder, args, environment = {}) {
  const env = { ...process.env, ...ownFolders(folder), ...environment };
  return await promisify(execFile)(program('PAGELIFT_CLI'), args, { env });
}
