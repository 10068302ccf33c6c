// Renders every Markdown file below a folder as a program would that cannot be run here, and prints one JSON object for each:
// its path, its HTML, and what in it was read as something that an export never writes.
//
// usage: node render.mjs azure|obsidian|logseq FOLDER
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const [dialect, folder] = process.argv.slice(2);
const { renderer } = await import(`./${dialect}.mjs`);

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  .filter((path) => !path.startsWith('.pagelift'))
  .sort();
const read = (path) => readFileSync(join(folder, path), 'utf8');
const render = renderer(files, read);

for (const path of files.filter((path) => path.endsWith('.md'))) {
  const problems = [];
  const html = render(path, read(path), (problem) => problems.push(problem));
  process.stdout.write(`${JSON.stringify({ path, html, problems })}\n`);
}
