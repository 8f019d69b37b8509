//! See `include-case-mismatch.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::view::{FileCx, quoted};
use crate::text::path::is_url;
use crate::tree::load::NotFollowed;

rule! { "include-case-mismatch", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes() {
        let Err(NotFollowed::OtherCase { other, .. }) = &include.include.to else { continue };
        sink.report(cx.place(include.target_span), || {
            let target = include.target.text();
            let message = format!(
                "{} exists only with different capitalization, as `{other}`: no phone that reads this line gets the file",
                quoted(&target)
            );
            let right = corrected(&target, other);
            let mut diagnostic = Diagnostic::new(message);
            if cx.newly_read(&right) == Some(other) {
                let edit = Edit::replace(cx.place(include.target_span), right.as_str());
                diagnostic.fix = Some(Fix::guess("write the name as it appears in the tree", vec![edit]));
            }
            diagnostic.help(if is_url(&right) || right.contains('@') {
                format!("end the URL with `{other}`, as in the tree")
            } else {
                format!("write `include:config <{right}>`, or rename the file")
            })
        });
    }
}

/// Corrects the capitalization of the target. Starting from the end, replaces the path components that match
/// the existing path when case is ignored.
fn corrected(target: &str, other: &str) -> String {
    let mut parts: Vec<&str> = target.split('/').collect();
    for (part, there) in parts.iter_mut().rev().zip(other.rsplit('/')) {
        if part.to_lowercase() != there.to_lowercase() {
            break;
        }
        *part = there;
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::corrected;

    #[test]
    fn the_target_keeps_its_form() {
        assert_eq!(corrected("../Sites/A.cfg", "sites/a.cfg"), "../sites/a.cfg");
        assert_eq!(corrected("A.cfg", "sites/a.cfg"), "a.cfg");
        assert_eq!(corrected("/X/a.cfg", "x/a.cfg"), "/x/a.cfg");
    }
}
