//! See `encrypted-file.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::ask::FileCx;
use crate::text::source::Place;
use crate::text::syntax::Wrapping;

rule! { "encrypted-file", Warning, Certain, File(check), precedence: Alone }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(wrapping) = cx.wrapping() else { return };
    let first = cx.line(0).map_or_else(|| Place::whole(cx.file), |line| line.place());
    sink.report(first, || {
        Diagnostic::new(format!("this file is {}: nothing in it was checked", wrapping.description()))
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
