//! See `foreign_mac_include.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};
use crate::load::{Kind, Mac, Role};
use crate::source::Place;

pub static RULE: Rule = Rule {
    name: "foreign-mac-include",
    group: Group::BootFiles,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("foreign_mac_include.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Role::Mac(Kind::Boot, mac) = cx.document.role else { return };
    for include in cx.includes() {
        let Ok(target) = include.include.to else { continue };
        let Role::Mac(Kind::Cfg, other) = cx.common.workspace.document(target).role else { continue };
        if other == mac || !is_phone(cx, other) {
            continue;
        }
        sink.report(cx.place(include.target_span), || {
            let draft = Draft::new(format!(
                "`{mac}.boot` includes `{other}.cfg`, the file of another phone: both phones get its accounts"
            ))
            .related(Place::whole(target), "the other phone's file");
            draft.help(if own_cfg(cx, mac) {
                format!("did you mean `{mac}.cfg`?")
            } else {
                format!(
                    "write a `{mac}.cfg` and include that; what both share goes into a file of another name"
                )
            })
        });
    }
}

/// Whether a name of 12 hex digits is most likely a phone's MAC.
fn is_phone(cx: &FileCx<'_>, mac: Mac) -> bool {
    let root = cx.document.root.and_then(|root| cx.common.workspace.roots.get(root));
    mac.is_flyingvoice() || root.is_some_and(|root| root.phones.contains_key(&mac))
}

fn own_cfg(cx: &FileCx<'_>, mac: Mac) -> bool {
    let root = cx.document.root.and_then(|root| cx.common.workspace.roots.get(root));
    root.and_then(|root| root.phones.get(&mac)).is_some_and(|own| own.cfg.is_some())
}
