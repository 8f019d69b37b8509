//! See `foreign-mac-include.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::view::{FileCx, IncludeText};
use crate::text::mac::Mac;
use crate::text::path::file_name;
use crate::text::source::Place;
use crate::tree::names::file_for;
use crate::tree::names::{Kind, Role};

rule! { "foreign-mac-include", Error, Certain, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is(Kind::Boot) || !cx.is_phones_own() {
        return;
    }
    for include in cx.includes() {
        let Ok(target) = include.include.to else { continue };
        if cx.own_cfg() == Some(target) || !cx.common.is_phones_own(target) {
            continue;
        }
        let Role::Mac(_, mac) = cx.role() else { return };
        let Role::Mac(Kind::Cfg, other) = cx.common.role(target) else { continue };
        if other == mac || !is_phone(cx, other) {
            continue;
        }
        sink.report(cx.place(include.target_span), || {
            let mut diagnostic = Diagnostic::new(format!(
                "`{mac}.boot` includes `{other}.cfg`, the file of another phone: both phones get its accounts"
            ))
            .related(Place::whole(target), "the other phone's file");
            diagnostic.fix = fix(cx, &include, mac);
            diagnostic.help(if cx.own_cfg().is_some() {
                format!("did you mean `{mac}.cfg`?")
            } else {
                format!(
                    "create `{mac}.cfg` and include it; move shared settings to a file that is not named after a phone"
                )
            })
        });
    }
}

/// Whether a name of 12 hex digits is most likely a phone's MAC.
fn is_phone(cx: &FileCx<'_>, mac: Mac) -> bool {
    mac.is_flyingvoice() || cx.root().is_some_and(|root| root.phones.contains_key(&mac))
}

/// Replaces the target with the phone's own file, if it is in the same directory and is not read yet.
fn fix(cx: &FileCx<'_>, include: &IncludeText<'_>, mac: Mac) -> Option<Fix> {
    let own = cx.common.path(cx.own_cfg()?);
    let written = include.target.text();
    let directory = &written[..written.len() - file_name(&written).len()];
    let target = format!("{directory}{}", file_for(Some(mac), Kind::Cfg));
    let edits = vec![Edit::replace(cx.place(include.target_span), target.as_str())];
    (cx.newly_read(&target) == Some(own)).then(|| Fix::guess("include the phone's own file instead", edits))
}
