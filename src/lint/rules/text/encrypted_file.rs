//! See `encrypted-file.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::opaque::Wrapping;
use crate::text::source::Place;

rule! { "encrypted-file", Warning, Certain, File(check), precedence: Alone }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(wrapping) = cx.wrapping() else { return };
    let first = cx.line(0).map_or_else(|| Place::whole(cx.file), |line| line.place());
    sink.report(first, || {
        Diagnostic::new(format!("this file is {}: fvprov did not check its content", wrapping.description()))
            .help(remedy(wrapping))
    });
}

fn remedy(wrapping: Wrapping) -> &'static str {
    match wrapping {
        Wrapping::Yealink => {
            "serve the unencrypted file, and run fvprov on it: Flyingvoice phones may not decrypt this file"
        }
        Wrapping::GitCrypt => "run `git-crypt unlock` before you serve and check the files",
        Wrapping::GitLfs => "run `git lfs pull` before you serve and check the files",
        Wrapping::Encrypted(_) => {
            "serve the decrypted file, and run fvprov on it: phones cannot decrypt this file"
        }
    }
}
