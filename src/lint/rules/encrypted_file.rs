//! See `encrypted_file.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};
use crate::text::source::Span;
use crate::text::syntax::{self, Wrapping};

pub static RULE: Rule = Rule {
    name: "encrypted-file",
    group: Group::Text,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Alone,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("encrypted_file.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(wrapping) = wrapping(cx) else { return };
    let first = cx.lines().next().map_or_else(Span::default, |(_, line)| line.content(cx.text));
    sink.report(cx.place(first), || {
        Draft::new(format!("this file is {}: nothing in it was checked", wrapping.what()))
            .help(remedy(wrapping))
    });
}

fn remedy(wrapping: Wrapping) -> &'static str {
    match wrapping {
        Wrapping::Yealink => {
            "whether a Flyingvoice phone decrypts it is not known: serve the plain file, and run fvprov on that"
        }
        Wrapping::GitCrypt => "run `git-crypt unlock` before the files are served and checked",
        Wrapping::GitLfs => "run `git lfs pull` before the files are served and checked",
        Wrapping::Encrypted(_) => {
            "a phone cannot decrypt this: serve the decrypted file, and run fvprov on that"
        }
    }
}

/// What hides the settings of a file.
pub(super) fn wrapping(cx: &FileCx<'_>) -> Option<Wrapping> {
    if cx.is_text() { syntax::wrapping(cx.text, &cx.document.tree) } else { None }
}
