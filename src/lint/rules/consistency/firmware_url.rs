//! See `firmware-url.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::firmware;
use crate::lint::view::MemberCx;
use crate::text::address::without_query;
use crate::text::path::is_url;

rule! { "firmware-url", Error, Certain, Phone(check) }

const NAME: &str = "static.firmware.url";

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let Some((at, url)) = cx.value(NAME) else { return };
    let url = url.text();
    let path = without_query(&url);
    let file = firmware::file_name(&url);
    let is_bin = [path, &url].iter().any(|text| text.to_ascii_lowercase().ends_with(".bin"));
    let (message, help) = if path.ends_with('/') {
        (
            "this URL refers to a directory: the phone finds no firmware there".into(),
            "append the firmware file's name",
        )
    } else if file.to_ascii_lowercase().ends_with(".rom") {
        (
            "this file name ends in `.rom`, as for Yealink firmware: the phone does not accept the file"
                .into(),
            "name the vendor's `.bin` file for this model",
        )
    } else if !is_bin {
        (
            "this file name does not end in `.bin`: the phone does not accept the file as firmware".into(),
            "name the `.bin` file",
        )
    } else if let Some(named) = firmware::model_in_name(file, cx.common.schema)
        && let Some(model) = cx.model
        && !firmware::is_related(model, named)
    {
        let message = format!(
            "according to its name, this firmware is for {}, but the phone is a {}",
            named.title, model.title
        );
        (message, "use the firmware for the phone's model, in a file that only phones of this model read")
    } else if is_missing(cx, cx.common.directory(at.file), &url) {
        (
            "this file is not on the server: the phone cannot download it".into(),
            "upload the file, or correct the URL",
        )
    } else {
        return;
    };
    sink.report(cx.place(at), || {
        Diagnostic::new(message).help(help).parameter(NAME).evidence(cx.common.evidence(at))
    });
}

/// Whether a URL refers to a missing file in the served tree. The base of a relative URL is unknown; the file
/// is reported only if it is missing in all possible directories.
fn is_missing(cx: &MemberCx<'_>, directory: &str, url: &str) -> bool {
    let listing = cx.common.listing();
    // The phone replaces macros, and the server's root directory is unknown.
    if listing.is_empty() || url.contains('$') || url.starts_with('/') {
        return false;
    }
    let candidates: Vec<String> = if is_url(url) {
        cx.common.server.and_then(|server| server.tree_path(url)).into_iter().collect()
    } else {
        let relative = without_query(url).trim_start_matches("./");
        if relative.split('/').any(|part| part == "..") {
            return false;
        }
        let directories = ["", &cx.root.path, directory].into_iter();
        directories
            .map(|directory| format!("{directory}/{relative}").trim_start_matches('/').to_owned())
            .collect()
    };
    !candidates.is_empty()
        && !candidates.iter().any(|path| listing.binary_search_by(|entry| entry.path.cmp(path)).is_ok())
}
