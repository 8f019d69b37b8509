//! See `include-not-cfg.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::similar_file;
use crate::lint::view::{FileCx, quoted};
use crate::tree::load::NotFollowed;

rule! { "include-not-cfg", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes().filter(|include| include.include.to == Err(NotFollowed::NotCfg)) {
        sink.report(cx.place(include.target_span), || {
            let target = &*include.target.text();
            let message = format!("{} does not end in `.cfg`: phones accept only cfg files", quoted(target));
            Diagnostic::new(message).help(advice(cx, target))
        });
    }
}

fn advice(cx: &FileCx<'_>, target: &str) -> String {
    let extension = target.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "cfg" => "write `.cfg` in lowercase, here and in the file name",
        "boot" if let Some(own) = similar_file::own(cx) => {
            return format!("write `include:config <{own}>`: a boot file cannot be included");
        }
        "boot" => "include the cfg files that the boot file includes: a boot file cannot be included",
        _ => "include a cfg file; if this file contains settings, rename it so that its name ends in `.cfg`",
    }
    .into()
}
