// Azure DevOps wikis: CommonMark with tables, sizes of pictures, a mark for the contents list, and `:::` blocks.
import { escape, parser, refuse } from './parser.mjs';

export function renderer() {
  const markdown = parser();
  let problem;
  // Addresses stay as they are written, for a dash and its code are not the same there.
  markdown.normalizeLink = (address) => address;
  refuse(markdown, 'the number of a work item', /^#\d+\b/, (what) => problem(what));
  markdown.inline.ruler.before('link', 'contents', (state, silent) => {
    const mark = /^\[\[_TO(C|SP)_\]\]/.exec(state.src.slice(state.pos));
    if (!mark) return false;
    if (!silent) state.push('html_inline', '', 0).content = '<nav></nav>';
    state.pos += mark[0].length;
    return true;
  });
  return (path, text, tell) => {
    problem = tell;
    if (/^---\n/.test(text)) problem('page details stand at the top, which the wiki shows as text');
    const plain = text
      .replace(/^(\s*):::\s*mermaid\n([^]*?)\n\s*:::$/gm, (_, indent, body) => `${indent}<pre>${escape(body).replace(/\n\n/g, '\n&#10;')}</pre>`)
      .replace(/(\]\([^()\s]+) =\d*x\d*\)/g, '$1)');
    return markdown.render(plain);
  };
}
