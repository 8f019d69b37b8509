//! See `missing-resource.md`.

use crate::catalogue::Resource;
use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::similar_file::{self, Target};
use crate::lint::view::{FileCx, quoted};
use crate::text::path::file_name;
use crate::tree::load::NotFollowed;

rule! { "missing-resource", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    // The rule firmware-url reports missing firmware.
    for named in cx.names_files().filter(|named| named.kind != Resource::Firmware) {
        let Err(why) = &named.link.to else { continue };
        let known = matches!(
            why,
            NotFollowed::Missing(_)
                | NotFollowed::OtherCase { .. }
                | NotFollowed::Outside
                | NotFollowed::Unusable(_)
        );
        if !known {
            continue;
        }
        sink.report(cx.common.value_place(named.link.at), || {
            let diagnostic = diagnostic(cx, why, named.words()).parameter(cx.common.name_text(named.link.at));
            match named.is_phonebook() {
                // The guide documents that phones download these files.
                true if matches!(why, NotFollowed::Unusable(_)) => diagnostic.level(Level::Warning),
                true => diagnostic,
                false => diagnostic.level(Level::Warning).evidence(named.parameter.evidence),
            }
        });
    }
}

fn diagnostic(cx: &FileCx<'_>, why: &NotFollowed, what: &str) -> Diagnostic {
    match why {
        NotFollowed::OtherCase { path, other } => Diagnostic::new(format!(
            "{} does not exist: phones do not get this {what}, because names are case-sensitive",
            quoted(path)
        ))
        .help(format!("write {}", quoted(other))),
        NotFollowed::Outside => Diagnostic::new(format!(
            "this path is outside the served tree: phones cannot download this {what}"
        ))
        .help("move the file into the tree and correct the path"),
        NotFollowed::Unusable(why) => {
            Diagnostic::new(format!("phones cannot download this {what}: the value has {why}"))
                .help("write the path below the server's URL, or a complete http, https, ftp, or tftp URL")
        }
        NotFollowed::Missing(path) => {
            let message = format!("{} does not exist: phones do not get this {what}", quoted(path));
            Diagnostic::new(message).help(match near(cx, path) {
                Some(near) => format!("did you mean {}?", quoted(near)),
                None => "add the file, correct the path, or leave the value empty".into(),
            })
        }
        _ => Diagnostic::new(format!("phones do not get this {what}")),
    }
}

/// A file in the tree with a similar name, or with the same name in a different directory.
fn near<'a>(cx: &FileCx<'a>, path: &str) -> Option<&'a str> {
    let name = file_name(path);
    let same = similar_file::named(cx, name).find(|path| file_name(path) == name);
    same.or_else(|| similar_file::similar(cx, path, Target::Resource))
}
