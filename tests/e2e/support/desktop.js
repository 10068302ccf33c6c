/** What WebDriver cannot reach: the system's folder dialog, and the window as it stands on the screen. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { until } from './until.js';

const run = promisify(execFile);

async function xdotool(...args) {
  const { stdout } = await run('xdotool', args);
  return stdout.trim();
}

/** The ids of the visible windows with this title. */
async function windows(title) {
  try {
    return (await xdotool('search', '--onlyvisible', '--name', title)).split('\n');
  } catch {
    return [];
  }
}

/** Waits for the folder dialog, types the path of a folder and confirms, as a person would. */
export async function chooseFolder(path) {
  const title = '^Select Folder$';
  const [dialog] = await until(async () => {
    const found = await windows(title);
    return found.length > 0 && found;
  }, 'the folder dialog');
  await xdotool('windowactivate', '--sync', dialog);
  // The slash opens the dialog's field for a path. Keys that come while something is being laid out are lost.
  for (const part of [path.slice(0, 1), path.slice(1)]) {
    await untilStill(dialog);
    await xdotool('type', '--delay', '20', part);
  }
  // The first Return may only take a suggestion of the field.
  await until(async () => {
    await untilStill(dialog);
    await xdotool('key', 'Return');
    return await isGoneSoon(title);
  }, 'the folder dialog to close');
}

/** Whether the window with this title goes away within a second. */
async function isGoneSoon(title) {
  return await until(async () => (await windows(title)).length === 0, 'a window to go', 1_000).catch(() => false);
}

/** Waits until a window looks the same three times in a row. */
async function untilStill(window) {
  const seen = [];
  await until(async () => {
    seen.push(await picture(window));
    return seen.length > 2 && seen.slice(-3).every((one) => one.equals(seen.at(-1)));
  }, 'a window to stand still');
}

async function picture(window) {
  const { stdout } = await run('import', ['-silent', '-window', window, 'rgb:-'], { encoding: 'buffer', maxBuffer: 1 << 26 });
  return stdout;
}

/** Waits until the process of the window with this title is gone, which `end` is to bring about. */
export async function untilGone(title, end) {
  const [window] = await windows(title);
  const pid = window && Number(await xdotool('getwindowpid', window));
  await end();
  if (pid) await until(() => !isRunning(pid), `process ${pid} to end`);
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Puts the pointer where it hovers over nothing; tips of the window would stand in its pictures. */
export async function parkPointer() {
  await xdotool('mousemove', '1279', '799');
}

/** Saves the content of the window with this title as a picture. */
export async function photograph(title, file) {
  const [window] = await windows(title);
  await run('import', ['-silent', '-window', window, file]);
}
