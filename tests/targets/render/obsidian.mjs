// Obsidian: CommonMark with wiki links, embeds, callouts, highlights, comments, tags and block ids.
import mark from 'markdown-it-mark';
import { address, escape, parser, refuse, withFootnotes, withoutFrontMatter } from './parser.mjs';

const PICTURES = /\.(avif|bmp|gif|jpe?g|png|svg|webp)$/i;

export function renderer(files) {
  const markdown = withFootnotes(parser()).use(mark);
  let problem;

  // A target is the path of a file from the top of the vault, or its name when no other file has it.
  const resolve = (target) => {
    const wanted = [target, `${target}.md`].map((path) => path.normalize('NFC').toLowerCase());
    const exact = files.filter((file) => wanted.includes(file.normalize('NFC').toLowerCase()));
    if (exact.length > 0) return exact;
    const ends = wanted.map((path) => `/${path}`);
    return files.filter((file) => ends.some((end) => file.normalize('NFC').toLowerCase().endsWith(end)));
  };

  const wikiLink = (state, silent) => {
    const found = /^(!?)\[\[([^[\]\n]+?)\]\]/.exec(state.src.slice(state.pos));
    if (!found) return false;
    if (!silent) {
      const [target, ...rest] = found[2].split(/\\?\|/);
      const label = rest.join('|');
      const [file, ...heading] = target.split('#');
      const places = file === '' ? [''] : resolve(file.trim());
      if (places.length === 0) problem(`\`${found[0]}\` leads to no file`);
      if (places.length > 1) problem(`\`${found[0]}\` may mean ${places.map((place) => `\`${place}\``).join(' or ')}`);
      const fragment = heading.length > 0 ? `#${encodeURIComponent(heading.join('#'))}` : '';
      const to = `${places[0] ? `/${address(places[0])}` : ''}${fragment}`;
      const token = state.push('html_inline', '', 0);
      if (found[1] && PICTURES.test(file)) token.content = `<img src="${to}">`;
      else token.content = `<a href="${to}">${escape(label || (found[1] ? file.split('/').at(-1) : target))}</a>`;
    }
    state.pos += found[0].length;
    return true;
  };
  markdown.inline.ruler.before('link', 'wiki-link', wikiLink);

  const tell = (what) => problem(what);
  refuse(markdown, 'a tag', /^#(?=[\p{L}\p{N}_/-]*[\p{L}_/-])[\p{L}\p{N}_/-]+/u, tell);
  refuse(markdown, 'a comment', /^%%[^]*?%%/, tell);
  refuse(markdown, 'the id of a block', /^\^[A-Za-z0-9-]+(?=\s*$)/, tell);
  refuse(markdown, 'a footnote', /^\^\[[^\]]+\]/, tell);

  // `> [!kind]- Title`: the mark is no text, the title stands alone, and without one the kind is the title.
  markdown.core.ruler.before('inline', 'callouts', (state) => {
    state.tokens.forEach((token, at) => {
      const inside = state.tokens[at + 2];
      if (token.type !== 'blockquote_open' || inside?.type !== 'inline') return;
      const found = /^\[!([\w-]+)\][+-]?[ \t]*(.*)/.exec(inside.content);
      if (!found) return;
      inside.content = inside.content.replace(found[0], `${found[2] || found[1]}\\`).replace(/\\$/, '');
    });
  });

  return (path, text, tell) => {
    problem = tell;
    return markdown.render(withoutFrontMatter(text));
  };
}
