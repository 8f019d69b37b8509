//! See `include-in-cfg.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{FileCx, quoted};
use crate::text::syntax::IncludeForm;
use crate::tree::assumptions::IncludeInCfg;
use crate::tree::load::NotFollowed;
use crate::tree::names::Kind;

rule! { "include-in-cfg", Warning, Assumed, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is(Kind::Cfg) {
        return;
    }
    for include in cx.includes().filter(|include| include.form == IncludeForm::Proper) {
        // Problems with the target itself take priority.
        let others = matches!(
            include.include.to,
            Err(NotFollowed::Guarded
                | NotFollowed::Macro(_)
                | NotFollowed::Unusable(_)
                | NotFollowed::Outside
                | NotFollowed::NotCfg)
        );
        if others {
            continue;
        }
        sink.report(cx.common.include_place(cx.file, include.include), || {
            let target = quoted(&include.target.text());
            let message = match cx.common.assume().include_in_cfg {
                IncludeInCfg::Follow => format!(
                    "the vendor's guide documents includes only in boot files: phones may not read {target} from a cfg"
                ),
                IncludeInCfg::Ignore => {
                    format!("`[assume] include-in-cfg` is `ignore`: no phone gets {target} from this cfg")
                }
            };
            Diagnostic::new(message).help("move this include to the boot files that include this cfg")
        });
    }
}
