//! See `missing-include.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::similar_file::{self, Target};
use crate::lint::view::{FileCx, quoted};
use crate::text::path::file_name;
use crate::tree::load::NotFollowed;

rule! { "missing-include", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.links() {
        let Err(NotFollowed::Missing(path)) = &include.to else { continue };
        sink.report(cx.common.include_place(cx.file, include), || {
            let diagnostic = Diagnostic::new(format!(
                "{} does not exist: no phone that reads this line gets the file",
                quoted(path)
            ));
            match near(cx, path) {
                _ if file_name(path) == "xxx.cfg" => diagnostic
                    .help("this line comes from the vendor's sample: name the required file instead, or remove the line"),
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None if let Some(misnamed) = similar_file::misnamed(cx, path) => {
                    diagnostic.help(format!("rename {} to `{}`", quoted(misnamed), file_name(path)))
                }
                None => diagnostic.help("create the file, correct the path, or remove the line"),
            }
        });
    }
}

/// Path, relative to this file, of a cfg with a similar name, or with the same name in a different directory.
fn near(cx: &FileCx<'_>, path: &str) -> Option<String> {
    let name = file_name(path);
    // Two MACs that differ in one digit are two phones, not a misspelling.
    let is_mac = name.len() == 16 && name.bytes().take(12).all(|b| b.is_ascii_hexdigit());
    let same = similar_file::named(cx, name).find(|path| file_name(path) == name);
    let looks_like_mac = name.bytes().filter(u8::is_ascii_hexdigit).count() >= 10;
    if same.is_none()
        && looks_like_mac
        && let Some(own) = similar_file::own(cx)
        && !cx.includes().any(|include| include.target.text() == own)
    {
        return Some(own);
    }
    same.or_else(|| if is_mac { None } else { similar_file::similar(cx, path, Target::Include) })
        .and_then(|path| cx.from_here(path))
}
