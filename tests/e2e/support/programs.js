/** The programs under test, each named by a variable of the environment, and folders for them to call their own. */

import assert from 'node:assert/strict';
import { join } from 'node:path';

/** The path of a program under test, from the environment. */
export function program(variable) {
  const path = process.env[variable];
  assert.ok(path, `${variable} must name the program; \`cargo xtask test\` sets it`);
  return path;
}

/** Variables that give a program folders of its own below `folder`. */
export function ownFolders(folder) {
  return {
    PAGELIFT_CONFIG_DIR: join(folder, 'config'),
    PAGELIFT_DATA_DIR: join(folder, 'data'),
    PAGELIFT_CACHE_DIR: join(folder, 'cache'),
  };
}
