//! See `index-mismatch.md`.

use rustc_hash::FxHashSet;

use crate::catalogue::is_index;
use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{FileCx, SettingText};
use crate::tree::names::Kind;

rule! { "index-mismatch", Warning, Likely, File(check), doubts_name: true }

/// A setting for an account.
#[derive(Clone, Copy)]
struct AccountSetting<'a> {
    index: &'a str,
    /// Part of the name after the index.
    rest: &'a str,
    text: SettingText<'a>,
}

/// Minimum number of lines in a run for one account. Only a run of this length can be interrupted by lines
/// for a different account.
const RUN: usize = 4;

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is(Kind::Cfg) || !cx.mentions(b"account.") {
        return;
    }
    let all: Vec<AccountSetting<'_>> = cx.settings().filter_map(account_setting).collect();
    let mut set: Option<FxHashSet<(&str, &str)>> = None;
    for (around, stray) in strays(&all) {
        let set = set.get_or_insert_with(|| all.iter().map(|of| (of.index, of.rest)).collect());
        // An empty value has no effect and is not reported.
        if stray.text.value.is_empty() || set.contains(&(around, stray.rest)) {
            continue;
        }
        sink.report(cx.place(stray.text.name_span), || {
            let (name, rest) = (stray.text.name_text().into_owned(), stray.rest);
            Diagnostic::new(format!(
                "`{name}` is among the settings for account {around}, but this file does not set this parameter for that account"
            ))
            .help(format!("did you mean `account.{around}.{rest}`?"))
            .parameter(name)
        });
    }
}

fn account_setting(text: SettingText<'_>) -> Option<AccountSetting<'_>> {
    let name = text.name.strip_prefix(b"account.")?;
    let (index, rest) = std::str::from_utf8(name).ok()?.split_once('.')?;
    is_index(index).then_some(AccountSetting { index, rest, text })
}

/// Lines that interrupt a run of lines for a different account, each with the index of that account. One or
/// two consecutive lines can interrupt the run.
fn strays<'a>(all: &[AccountSetting<'a>]) -> Vec<(&'a str, AccountSetting<'a>)> {
    let blocks: Vec<&[AccountSetting<'a>]> = all.chunk_by(|a, b| a.index == b.index).collect();
    let index = |at: usize| blocks.get(at).and_then(|block| block.first()).map(|first| first.index);
    let length = |at: usize| blocks.get(at).map_or(0, |block| block.len());
    let mut found = Vec::new();
    let mut start = 0;
    while let Some(around) = index(start) {
        // The run continues while blocks for its account alternate with short blocks for other accounts.
        let mut end = start;
        while index(end + 2) == Some(around) && length(end + 1) <= 2 {
            end += 2;
        }
        // If lines of the other account follow the run, the last stray lines may belong to them.
        while end > start && index(end + 1) == index(end - 1) && length(end + 1) > length(end) {
            end -= 2;
        }
        let own: usize = (start..=end).step_by(2).map(length).sum();
        let others: usize = (start + 1..end).step_by(2).map(length).sum();
        if others > 0 && own >= RUN.max(3 * others) {
            let between = (start + 1..end).step_by(2).filter_map(|at| blocks.get(at));
            found.extend(between.flat_map(|block| block.iter()).map(|stray| (around, *stray)));
        }
        start = end + 1;
    }
    found
}
