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
    for include in cx.includes() {
        let Ok(target) = include.include.to else { continue };
        if cx.own_cfg() == Some(target) || !cx.common.is_phones_own(target) {
            continue;
        }
        let Role::Mac(Kind::Cfg, other) = cx.common.role(target) else { continue };
        let is_read = cx.readers().any(|phone| {
            phone.mac() != Some(other) && phone.chain().reads.iter().any(|read| read.file == target)
        });
        if is_read && is_phone(cx, other) {
            sink.report(cx.place(include.target_span), || match cx.role() {
                Role::Mac(_, mac) => for_phone(cx, &include, mac, other),
                _ => for_several(cx, other),
            });
        }
    }
}

/// Whether a name of 12 hex digits is most likely a phone's MAC.
fn is_phone(cx: &FileCx<'_>, mac: Mac) -> bool {
    mac.is_flyingvoice() || cx.root().is_some_and(|root| root.phones.contains_key(&mac))
}

/// Creates the diagnostic for an include in another phone's own file.
fn for_phone(cx: &FileCx<'_>, include: &IncludeText<'_>, mac: Mac, other: Mac) -> Diagnostic {
    let mut diagnostic = Diagnostic::new(format!(
        "`{}` includes `{other}.cfg`, the file for another phone: both phones get the same accounts",
        file_name(cx.path())
    ));
    if let Ok(target) = include.include.to {
        diagnostic = diagnostic.related(Place::whole(target), "the other phone's file");
    }
    diagnostic.fix = fix(cx, include, mac);
    diagnostic.help(if cx.own_cfg().is_some() {
        format!("did you mean `{mac}.cfg`?")
    } else {
        format!(
            "create `{mac}.cfg` and include it; move shared settings to a file that is not named after a phone"
        )
    })
}

/// Creates the diagnostic for an include in a file that several phones read.
fn for_several(cx: &FileCx<'_>, other: Mac) -> Diagnostic {
    let here = file_name(cx.path());
    let diagnostic = Diagnostic::new(format!(
        "`{here}` includes `{other}.cfg`: every phone that reads this file gets the accounts of phone {other}"
    ));
    diagnostic.help(match cx.kind() {
        Some(Kind::Boot) => format!(
            "remove this include, and create `{other}.boot` with the other includes of `{here}` and, as its last line, `include:config <{other}.cfg>`"
        ),
        _ => format!("remove this include, and include `{other}.cfg` in `{other}.boot`"),
    })
}

/// Replaces the target with the phone's own file, if that file is in the same directory and the phone does not already read it.
fn fix(cx: &FileCx<'_>, include: &IncludeText<'_>, mac: Mac) -> Option<Fix> {
    let own = cx.common.path(cx.own_cfg()?);
    let written = include.target.text();
    let directory = &written[..written.len() - file_name(&written).len()];
    let target = format!("{directory}{}", file_for(Some(mac), Kind::Cfg));
    let edits = vec![Edit::replace(cx.place(include.target_span), target.as_str())];
    (cx.newly_read(&target) == Some(own)).then(|| Fix::guess("include the phone's own file instead", edits))
}
