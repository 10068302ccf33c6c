/** What WebDriver cannot reach: the system's folder dialog, and the window as it stands on the screen. */

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from './until.js';

const run = promisify(execFile);

const DROP = fileURLToPath(new URL('drop.py', import.meta.url));

async function xdotool(...args) {
  const { stdout } = await run('xdotool', args);
  return stdout.trim();
}

/** The desktop by its name. Without one, Debian's `xdg-open` reads desktop entries by itself, and fails at quoted programs. */
export const DESKTOP = { XDG_CURRENT_DESKTOP: 'GNOME' };

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
  const dialog = await dialogOf(title);
  // The slash opens the dialog's field for a path.
  await confirm(title, dialog, [path.slice(0, 1), path.slice(1)]);
}

/** Waits for the dialog that saves a file, types a path in place of the name that it proposes, and confirms. */
export async function saveAs(path) {
  const title = '^Save File$';
  const dialog = await dialogOf(title);
  await untilStill(dialog);
  await xdotool('key', 'ctrl+a');
  await confirm(title, dialog, [path]);
}

/** The dialog with this title, in front. */
async function dialogOf(title) {
  const [dialog] = await until(async () => {
    const found = await windows(title);
    return found.length > 0 && found;
  }, `the dialog ${title}`);
  await xdotool('windowactivate', '--sync', dialog);
  return dialog;
}

async function confirm(title, dialog, parts) {
  // Keys that come while something is being laid out are lost.
  for (const part of parts) {
    await untilStill(dialog);
    await xdotool('type', '--delay', '20', part);
  }
  // The first Return may only take a suggestion of the field.
  await until(async () => {
    await untilStill(dialog);
    await xdotool('key', 'Return');
    return await isGoneSoon(title);
  }, `the dialog ${title} to close`);
}

/** Another program makes itself the one that links of a scheme go to. */
export async function stealLinks(scheme) {
  const name = 'thief.desktop';
  const entry = ['[Desktop Entry]', 'Type=Application', 'Name=Thief', 'Exec=false %u', ''].join('\n');
  await writeFile(join(process.env.XDG_DATA_HOME, 'applications', name), entry);
  await run('xdg-mime', ['default', name, `x-scheme-handler/${scheme}`]);
}

/** Drops a file on the window with this title. */
export async function dropFile(title, path) {
  const [window] = await windows(title);
  // Debian's own Python has Debian's packages; another one may come first in the path.
  await run('/usr/bin/python3', [DROP, window, path]);
}

/** Whether the window with this title goes away within a second. */
async function isGoneSoon(title) {
  return await until(async () => !(await isShown(title)), 'a window to go', 1_000).catch(() => false);
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

/** The number of the process that shows the window with this title. */
export async function processOf(title) {
  const [window] = await windows(title);
  return window && Number(await xdotool('getwindowpid', window));
}

/** Waits until the process of the window with this title is gone, which `end` is to bring about. */
export async function untilGone(title, end) {
  const pid = await processOf(title);
  await end();
  if (pid) await until(async () => !(await isRunning(pid)), `process ${pid} to end`);
}

/** Whether this process goes on. One that ended may be listed for a while, until somebody asks how it went. */
export async function isRunning(pid) {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return line !== '' && !/^ [ZX]/.test(line.slice(line.lastIndexOf(')') + 1));
}

/** Puts the window with this title away. */
export async function minimise(title) {
  const [window] = await windows(title);
  await xdotool('windowminimize', window);
  await until(async () => !(await isShown(title)), 'the window to go away');
}

/** Whether a window with this title can be seen. */
export async function isShown(title) {
  return (await windows(title)).length > 0;
}

/** Waits until the window with this title is the one that takes keys. */
export async function untilInFront(title) {
  const isInFront = async () => new RegExp(title).test(await xdotool('getactivewindow', 'getwindowname'));
  await until(isInFront, 'the window to come to the front');
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
