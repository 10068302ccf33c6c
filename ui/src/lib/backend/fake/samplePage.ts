/** A made-up page: long enough to scroll, with one of each kind of note. */
import type { Output } from '../types/Output';
import type { PagePreview } from '../types/PagePreview';
import type { TreeNode } from '../types/TreeNode';

const LAMP =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 640 240'%3E%3Crect width='640' height='240' rx='8' fill='%23d5eae7'/%3E%3Cpath d='M120 170h400M180 170a70 70 0 0 1 140 0M360 170l40-90h60' stroke='%230a6a65' stroke-width='6' fill='none'/%3E%3Ccircle cx='470' cy='80' r='14' fill='%230a6a65'/%3E%3C/svg%3E";

export function samplePage(node: TreeNode, path: string, output: Output): PagePreview {
  return {
    title: node.title,
    path,
    markdown: markdown(node, output),
    html: html(node.title),
    labels: ['handbook', 'people', 'reviewed-2026'],
    notes: [
      { code: 'table-span', severity: 'info', name: '', line: 26, heading: 'Who does what', count: 2 },
      {
        code: 'macro-unknown',
        severity: 'lost',
        name: 'Team calendar',
        line: 32,
        heading: 'Calendar',
        count: 1,
      },
    ],
    url: node.url,
    modified: node.modified,
    editor: 'Jonas Okafor',
  };
}

/** A note as some formats write it. */
function note({ format }: Output, text: string): string {
  if (format === 'docusaurus') return `:::note\n\n${text}\n\n:::`;
  if (format === 'mkdocs') return `!!! note\n\n    ${text}`;
  return `> [!NOTE]\n> ${text}`;
}

function markdown(node: TreeNode, output: Output): string {
  return `---
title: "${node.title}"
source: ${node.url}
space: HB
labels: [handbook, people, reviewed-2026]
version: 12
---

# ${node.title}

Larkspoke builds lamps for bicycles. This page says how things are done here, and **who** does them.

${note(output, 'The workshop is closed on the first Monday of each month.')}

![The test stand](attachments/teststand.svg)

## Checklist

- [x] Collect your keys at the front desk
- [ ] Read [Safety rules](../Workshop/Safety%20rules.md)
- [ ] Say hello to the people at the test stand

| Task | Who | By when |
| --- | --- | --- |
| Laptop set-up | Jonas Okafor | first day |
| Key to the workshop | Mara Lindqvist | first day |
| Walk through the test stand | Yuki Tanabe | first week |

## Calendar

> [!WARNING]
> "Team calendar" content cannot be copied. It is on [the page](${node.url}).

\`\`\`sh
torque --hub rear --newton-metres 12
\`\`\`

## Who to ask

Ask in the open channel first. If it is about pay, ask Mara.
`;
}

function html(title: string): string {
  return `<h1>${title.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</h1>
<p>Larkspoke builds lamps for bicycles. This page says how things are done here, and <strong>who</strong> does them.</p>
<blockquote class="markdown-alert-note"><p>The workshop is closed on the first Monday of each month.</p></blockquote>
<p><img src="${LAMP}" alt="The test stand"></p>
<h2 id="page-checklist">Checklist</h2>
<ul><li><input type="checkbox" disabled checked> Collect your keys at the front desk</li>
<li><input type="checkbox" disabled> Read <a href="../Workshop/Safety%20rules.md">Safety rules</a></li>
<li><input type="checkbox" disabled> Say hello to the people at the test stand</li></ul>
<table><thead><tr><th>Task</th><th>Who</th><th>By when</th></tr></thead><tbody>
<tr><td>Laptop set-up</td><td>Jonas Okafor</td><td>first day</td></tr>
<tr><td>Key to the workshop</td><td>Mara Lindqvist</td><td>first day</td></tr>
<tr><td>Walk through the test stand</td><td>Yuki Tanabe</td><td>first week</td></tr></tbody></table>
<h2>Calendar</h2>
<blockquote class="markdown-alert-warning"><p>"Team calendar" content cannot be copied. It is on <a href="https://example.com/">the page</a>.</p></blockquote>
<pre><code class="language-sh">torque --hub rear --newton-metres 12
</code></pre>
<h2>Who to ask</h2>
<p>Ask in the open channel first. If it is about pay, ask Mara.</p>`;
}
