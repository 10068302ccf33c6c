//! Which delimiter runs a `CommonMark` parser pairs.

/// More runs than this in one block are judged by the simpler rule: what can pair, does.
pub(crate) const MOST_RUNS: usize = 2_000;

/// A run of `*`, `_` or `~`.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) byte: u8,
    pub(crate) len: usize,
    pub(crate) open: bool,
    pub(crate) close: bool,
}

/// Opening run, closing run, how many characters of each.
pub(crate) type Pair = (usize, usize, usize);

/// The pairs in the order in which the parser finds them.
pub(crate) fn pairs(runs: &[Run]) -> Vec<Pair> {
    let mut out = Vec::new();
    let mut left: Vec<usize> = runs.iter().map(|run| run.len).collect();
    let mut stack: Vec<usize> = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        loop {
            let rest = left.get(at).copied().unwrap_or(0);
            let fits = |&&opener: &&usize| runs.get(opener).is_some_and(|other| pairs_with(other, run));
            let Some(depth) = stack.iter().rev().position(|opener| run.close && rest > 0 && fits(&opener)) else {
                break;
            };
            let depth = stack.len() - 1 - depth;
            stack.truncate(depth + 1);
            let Some(&opener) = stack.last() else { break };
            let open = left.get(opener).copied().unwrap_or(0);
            let used = if run.byte == b'~' { run.len } else { 1 + usize::from(rest > 1 && open > 1) };
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
        if run.open && left.get(at).is_some_and(|&rest| rest > 0) {
            stack.push(at);
        }
    }
    out
}

fn pairs_with(opener: &Run, closer: &Run) -> bool {
    if opener.byte != closer.byte {
        return false;
    }
    if opener.byte == b'~' {
        return opener.len == closer.len;
    }
    let either = opener.close || closer.open;
    let thirds = opener.len.is_multiple_of(3) && closer.len.is_multiple_of(3);
    !(either && (opener.len + closer.len).is_multiple_of(3) && !thirds)
}
