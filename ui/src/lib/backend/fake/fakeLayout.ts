/** Made-up places of files: near enough to what the engine plans to see a difference between formats. */
import type { Output } from '../types/Output';
import type { OutputLayout } from '../types/OutputLayout';
import type { FormatName } from '../types/options';
import type { TreeNode } from '../types/TreeNode';

const SHOWN = 60;

/** Formats in which a page with pages below it is the index of a folder. */
const INDEX: readonly FormatName[] = ['docusaurus', 'mkdocs', 'hugo', 'jekyll'];

export function pathOf(
  node: TreeNode,
  nodes: readonly TreeNode[],
  space: string,
  { format }: Output,
): string {
  const byId = new Map(nodes.map((one) => [one.id, one]));
  const names = [nameOf(node)];
  for (let at = byId.get(node.parent ?? ''); at !== undefined; at = byId.get(at.parent ?? ''))
    names.unshift(nameOf(at));
  if (format === 'logseq') return `pages/${[space, ...names].join('___')}.md`;
  if (format === 'github-wiki') return `${names.at(-1)?.replaceAll(' ', '-')}.md`;
  const isParent = nodes.some((one) => one.parent === node.id);
  const index = isParent && INDEX.includes(format) ? (format === 'hugo' ? '/_index' : '/index') : '';
  return `${[space, ...names].join('/')}${index}.md`;
}

export function fakeLayout(
  nodes: readonly TreeNode[],
  page: string | null,
  space: string,
  output: Output,
): OutputLayout {
  const pages = nodes.filter(({ kind }) => kind === 'page' || kind === 'live-doc' || kind === 'blog-post');
  const shown = pages.filter(({ id }, at) => at < SHOWN || id === page);
  const paths = shown.map((node) => pathOf(node, nodes, space, output));
  return { paths: paths.toSorted(), more: pages.length - shown.length };
}

function nameOf(node: TreeNode): string {
  return node.title.replace(/[\\/:*?"<>|]/g, '-').slice(0, 80);
}
