//! Which delimiter runs a `CommonMark` parser pairs.

/// More runs than this in one block are judged by the simpler rule: what can pair, does.
pub(crate) const MOST_RUNS: usize = 2_000;

/// A run of `*`, `_`, `~` or `=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) byte: u8,
    pub(crate) len: usize,
    pub(crate) open: bool,
    pub(crate) close: bool,
    /// Which text of a link it stands in; 0 outside of links. It pairs with no run outside of that text.
    pub(crate) label: usize,
}

/// Opening run, closing run, how many characters of each.
pub(crate) type Pair = (usize, usize, usize);

/// What pairs. The next block uses the memory again.
#[derive(Debug, Default)]
pub(crate) struct Pairs {
    out: Vec<Pair>,
    /// How many characters each run has left.
    left: Vec<usize>,
    stack: Vec<usize>,
}

impl Pairs {
    /// The pairs in the order in which the parser finds them.
    pub(crate) fn of<T>(&mut self, runs: &[T], run: impl Fn(&T) -> &Run) -> &[Pair] {
        let Self { out, left, stack } = self;
        out.clear();
        left.clear();
        stack.clear();
        left.extend(runs.iter().map(|found| run(found).len));
        find(runs, run, out, left, stack);
        out
    }
}

fn find<T>(runs: &[T], run: impl Fn(&T) -> &Run, out: &mut Vec<Pair>, left: &mut [usize], stack: &mut Vec<usize>) {
    for (at, found) in runs.iter().enumerate() {
        let closer = run(found);
        loop {
            let rest = left.get(at).copied().unwrap_or(0);
            let fits = |&&opener: &&usize| runs.get(opener).is_some_and(|other| pairs_with(run(other), closer));
            let Some(depth) = stack.iter().rev().position(|opener| closer.close && rest > 0 && fits(&opener)) else {
                break;
            };
            let depth = stack.len() - 1 - depth;
            stack.truncate(depth + 1);
            let Some(&opener) = stack.last() else { break };
            let open = left.get(opener).copied().unwrap_or(0);
            let whole = matches!(closer.byte, b'~' | b'=');
            let used = if whole { closer.len } else { 1 + usize::from(rest > 1 && open > 1) };
            out.push((opener, at, used));
            for end in [opener, at] {
                if let Some(count) = left.get_mut(end) {
                    *count = count.saturating_sub(used);
                }
            }
            if open <= used {
                stack.pop();
            }
        }
        if closer.open && left.get(at).is_some_and(|&rest| rest > 0) {
            stack.push(at);
        }
    }
}

fn pairs_with(opener: &Run, closer: &Run) -> bool {
    if opener.byte != closer.byte || opener.label != closer.label {
        return false;
    }
    if matches!(opener.byte, b'~' | b'=') {
        return opener.len == closer.len;
    }
    let either = opener.close || closer.open;
    let thirds = opener.len.is_multiple_of(3) && closer.len.is_multiple_of(3);
    !(either && (opener.len + closer.len).is_multiple_of(3) && !thirds)
}

/// Unicode punctuation and symbols, as far as delimiter runs care.
fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    let circled = matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}');
    let format = matches!(c,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}');
    circled
        || (!format && !c.is_alphanumeric() && !c.is_whitespace() && !unicode_normalization::char::is_combining_mark(c))
}

/// Whether a delimiter run between these neighbours can open and can close.
pub(crate) fn flanking(mark: char, _: usize, before: Option<char>, after: Option<char>) -> (bool, bool) {
    let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let punct = |c: Option<char>| c.is_some_and(is_punctuation);
    let left = !space(after) && (!punct(after) || space(before) || punct(before));
    let right = !space(before) && (!punct(before) || space(after) || punct(after));
    if mark == '_' { (left && (!right || punct(before)), right && (!left || punct(after))) } else { (left, right) }
}

/// The same for micromark, which lets a run open before the sign of another one, and close behind it.
pub(crate) fn micromark_flanking(mark: char, len: usize, before: Option<char>, after: Option<char>) -> (bool, bool) {
    let sign = |c: Option<char>| c.is_some_and(|c| matches!(c, '*' | '_' | '~') && c != mark);
    let (open, close) = flanking(mark, len, before, after);
    (open || sign(after), close || sign(before))
}
