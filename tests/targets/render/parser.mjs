// What the programs that are built on CommonMark have in common.
import MarkdownIt from 'markdown-it';
import footnote from 'markdown-it-footnote';
import taskLists from 'markdown-it-task-lists';

export const parser = () => new MarkdownIt({ html: true, linkify: false }).use(taskLists).use(maths);

export const withFootnotes = (markdown) => markdown.use(footnote);

export const escape = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** The address of a file or page, as it stands in HTML. */
export const address = (path) => path.split('/').map(encodeURIComponent).join('/');

export const withoutFrontMatter = (text) => text.replace(/^---\n[^]*?\n---\n/, '');

/** `$…$` and blocks between `$$` lines, by the rules that Pandoc set and all follow. */
function maths(markdown) {
  markdown.inline.ruler.before('escape', 'maths', (state, silent) => {
    const found = /^\$(?![\s$])((?:\\.|[^\\$])*?)(?<!\s)\$(?!\d)/.exec(state.src.slice(state.pos));
    if (!found) return false;
    if (!silent) state.push('html_inline', '', 0).content = `<code class="maths">${escape(found[1])}</code>`;
    state.pos += found[0].length;
    return true;
  });
  markdown.block.ruler.before(
    'fence',
    'maths',
    (state, start, end, silent) => {
      const line = (at) => state.src.slice(state.bMarks[at] + state.tShift[at], state.eMarks[at]);
      if (line(start).trim() !== '$$') return false;
      let last = start + 1;
      while (last < end && line(last).trim() !== '$$') last += 1;
      if (last >= end) return false;
      if (silent) return true;
      const body = Array.from({ length: last - start - 1 }, (_, at) => line(start + 1 + at)).join('\n');
      state.push('html_block', '', 0).content = `<pre class="maths">${escape(body)}</pre>`;
      state.line = last + 1;
      return true;
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  );
}

/** Text that is read as something that an export never writes: it is told as a problem and left out. */
export const refuse = (markdown, name, pattern, tell) =>
  markdown.inline.ruler.before('escape', name, (state, silent) => {
    const found = pattern.exec(state.src.slice(state.pos));
    if (!found || /[\p{L}\p{N}_/&;]/u.test(state.src[state.pos - 1] ?? '')) return false;
    if (!silent) {
      tell(`\`${found[0]}\` is read as ${name}`);
      state.push('html_inline', '', 0).content = `<i data-skipped>${escape(found[0])}</i>`;
    }
    state.pos += found[0].length;
    return true;
  });
