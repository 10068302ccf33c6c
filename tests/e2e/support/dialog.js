/** The system's folder dialog, which WebDriver cannot see: a person's keys through xdotool. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { until } from './app.js';

const run = promisify(execFile);

async function xdotool(...args) {
  const { stdout } = await run('xdotool', args);
  return stdout.trim();
}

/** Waits for the dialog, types the path of a folder and confirms. */
export async function chooseFolder(path) {
  const dialog = await until(() => dialogWindow(), 'the folder dialog');
  await xdotool('windowactivate', '--sync', dialog);
  // A slash opens the dialog's field for a path.
  await xdotool('type', '--delay', '20', path);
  await xdotool('key', 'Return');
  await until(async () => !(await dialogWindow()), 'the folder dialog to close');
}

/** The id of the open dialog, if there is one. */
async function dialogWindow() {
  try {
    return (await xdotool('search', '--onlyvisible', '--name', '^Select Folder$')).split('\n')[0];
  } catch {
    return '';
  }
}
