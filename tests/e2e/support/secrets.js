/** A search for known secrets in every place that the app writes to, or that others may read. */

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** How much of a secret gives it away. Where a text is cut, a part of it is left. */
const PART = 24;

/** The beginning, the middle and the end of a secret. */
function parts(secret) {
  const starts = [0, Math.floor((secret.length - PART) / 2), secret.length - PART];
  return secret.length <= PART ? [secret] : starts.map((start) => secret.slice(start, start + PART));
}

/** The ways in which a text may lie in a file: as it is, in two bytes a letter, and in Base64 from each of three places on. */
function forms(text) {
  const whole = Buffer.from(text);
  const coded = [0, 1, 2].map((shift) => {
    const cut = whole.subarray(shift);
    return cut.subarray(0, cut.length - (cut.length % 3)).toString('base64');
  });
  const asBytes = [whole, Buffer.from(text, 'utf16le'), ...coded.map((code) => Buffer.from(code))];
  return [...asBytes, ...coded.map((code) => Buffer.from(code.replaceAll('+', '-').replaceAll('/', '_')))];
}

/** Fails when one of `secrets` is in one of `places`, which are pairs of a name and what is there. */
export function assertNowhere(secrets, places) {
  assert.ok(secrets.length > 0 && places.length > 0, 'there is something to search for, and somewhere to search');
  const needles = [...new Set(secrets.flatMap(parts))].map((part) => [part, forms(part)]);
  const found = places.flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    return needles.filter(([, all]) => all.some((form) => bytes.includes(form))).map(([part]) => `${part} in ${name}`);
  });
  assert.deepEqual(found, []);
}

/** Every file below a folder, none left out. */
export async function everyFile(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return await Promise.all(files.map(async (file) => [file, await readFile(file)]));
}

/** What the system shows to others of a process and of those that it started: their arguments and their environments. */
export async function processes(ancestor) {
  const all = await Promise.all((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(look));
  const family = new Set([ancestor]);
  const isNew = ({ pid, parent }) => family.has(parent) && !family.has(pid);
  for (let child = all.find(isNew); child; child = all.find(isNew)) family.add(child.pid);
  return all.filter(({ pid }) => family.has(pid)).map(({ pid, shown }) => [`process ${pid}`, shown]);
}

async function look(name) {
  const read = async (file) => await readFile(join('/proc', name, file), 'latin1').catch(() => '');
  const stat = await read('stat');
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 1).split(' ')[2]);
  return { pid: Number(name), parent, shown: (await read('cmdline')) + (await read('environ')) };
}
