/** The programs under test, each named by a variable of the environment, and folders for them to call their own. */

import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The path of a program under test, from the environment. */
export function program(variable) {
  const path = process.env[variable];
  assert.ok(path, `${variable} must name the program; \`cargo xtask test\` sets it`);
  return path;
}

/** The path of the first of these programs that is installed. */
export async function installed(...names) {
  for (const folder of process.env.PATH.split(delimiter)) {
    for (const path of names.map((name) => join(folder, name))) {
      const isThere = await access(path).then(() => true, () => false);
      if (isThere) return path;
    }
  }
  assert.fail(`not installed: ${names.join(', ')}; \`cargo xtask setup\` installs it or says how`);
}

/** Variables that give a program folders of its own below `folder`. */
export function ownFolders(folder) {
  return {
    PAGELIFT_CONFIG_DIR: join(folder, 'config'),
    PAGELIFT_DATA_DIR: join(folder, 'data'),
    PAGELIFT_CACHE_DIR: join(folder, 'cache'),
  };
}
