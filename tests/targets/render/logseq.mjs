// Logseq: its own parser reads a page, and its tree is written as HTML.
import mldoc from 'mldoc';
import { address, escape } from './parser.mjs';

const CONFIG = JSON.stringify({
  toc: false,
  parse_outline_only: false,
  heading_number: false,
  keep_line_break: true,
  format: 'Markdown',
  heading_to_list: false,
  exporting_keep_properties: false,
  inline_type_with_pos: false,
  inline_skip_macro: false,
  export_md_indent_style: 'dashes',
  export_md_remove_options: [],
  hiccup_in_block: true,
  enable_drawers: true,
});

/** The page that a file holds: by its `title::`, or else by its name. */
function nameOf(path, text) {
  const title = /^title:: (.*)$/m.exec(text.split('\n\n')[0])?.[1];
  return title ?? decodeURIComponent(path.replace(/^pages\//, '').replace(/\.md$/, '').replaceAll('___', '/').replace(/%(?![0-9A-F]{2})/gi, '%25'));
}

export function renderer(files, read) {
  const pages = new Map();
  for (const path of files.filter((path) => path.endsWith('.md'))) pages.set(nameOf(path, read(path)).toLowerCase(), path);
  let problem;

  const link = ({ url: [kind, value], label, full_text: written }) => {
    if (kind === 'Page_ref') {
      const path = pages.get(value.toLowerCase());
      if (!path) problem(`\`${written}\` leads to no page`);
      const shown = label.some(([, text]) => text !== '') ? inlines(label) : escape(value);
      return `<a href="${path ? `/${address(path)}` : ''}">${shown}</a>`;
    }
    if (kind === 'Block_ref') {
      problem(`\`${written}\` is read as a block`);
      return '';
    }
    const to = kind === 'Complex' ? `${value.protocol}:${value.link.startsWith('//') ? '' : '//'}${value.link}` : value;
    if (written.startsWith('!')) return `<img src="${escape(to)}">`;
    return `<a href="${escape(to)}">${inlines(label)}</a>`;
  };

  const inline = ([kind, value]) => {
    switch (kind) {
      case 'Plain':
      case 'Spaces':
        return escape(value);
      case 'Code':
      case 'Verbatim':
        return `<code>${escape(value)}</code>`;
      case 'Break_Line':
      case 'Hard_Break_Line':
        return '<br>';
      case 'Emphasis':
        return `<em>${inlines(value[1])}</em>`;
      case 'Subscript':
      case 'Superscript':
        return `<sub>${inlines(value)}</sub>`;
      case 'Link':
        return link(value);
      case 'Email':
        return `${escape(value.local_part)}@${escape(value.domain)}`;
      case 'Latex_Fragment':
        return `<code class="maths">${escape(value[1])}</code>`;
      case 'Inline_Html':
      case 'Raw_Html':
        return value;
      case 'Entity':
        return escape(value.unicode);
      case 'Footnote_Reference':
        return '<sup data-skipped>note</sup>';
      default:
        problem(`\`${JSON.stringify(value)}\` is read as ${kind}`);
        return '';
    }
  };
  const inlines = (list) => list.map(inline).join('');

  const heading = ({ title, marker, size, unordered, meta }) => {
    if (marker && !['TODO', 'DONE'].includes(marker)) problem(`\`${marker}\` is read as the state of a task`);
    if (meta.properties.some(([key]) => !key.startsWith('logseq.'))) problem(`\`${meta.properties[0].join(':: ')}\` is read as a property`);
    if (!unordered && !size) problem('a heading stands outside of the outline');
    const element = size ? `h${size}` : 'p';
    return `<${element}>${inlines(title)}</${element}>`;
  };

  const cells = (row, element) => `<tr>${row.map((cell) => `<${element}>${inlines(cell)}</${element}>`).join('')}</tr>`;
  const item = ({ content, items, name }) => `<li>${inlines(name ?? [])}${blocks(content)}<ul>${items.map(item).join('')}</ul></li>`;

  const block = ([kind, value, ...rest], at) => {
    switch (kind) {
      case 'Heading':
        return heading(value);
      case 'Paragraph':
        return `<p>${inlines(value)}</p>`;
      case 'List':
        return `<ul>${value.map(item).join('')}</ul>`;
      case 'Table':
        return `<table>${value.header ? cells(value.header, 'th') : ''}${value.groups.flat().map((row) => cells(row, 'td')).join('')}</table>`;
      case 'Src':
        return `<pre>${escape(value.lines.join(''))}</pre>`;
      case 'Example':
        return `<pre>${escape([value].flat().join(''))}</pre>`;
      case 'Quote':
        return `<blockquote>${blocks(value)}</blockquote>`;
      case 'Custom':
        return `<div>${blocks(rest[1])}</div>`;
      case 'Displayed_Math':
        return `<pre class="maths">${escape(value)}</pre>`;
      case 'Raw_Html':
        return value;
      case 'Horizontal_Rule':
        return '<hr>';
      case 'Footnote_Definition':
        return `<p>${inlines(rest[0])}</p>`;
      case 'Property_Drawer':
        if (at > 0 && !value.every(([key]) => key.startsWith('logseq.'))) problem(`\`${value[0]?.slice(0, 2).join(':: ')}\` is read as a property`);
        return '';
      default:
        problem(`\`${JSON.stringify([value, ...rest]).slice(0, 80)}\` is read as ${kind}`);
        return '';
    }
  };
  const blocks = (list) => list.map(block).join('\n');

  return (path, text, tell) => {
    problem = tell;
    return blocks(JSON.parse(mldoc.Mldoc.parseJson(text, CONFIG)).map(([one]) => one));
  };
}
