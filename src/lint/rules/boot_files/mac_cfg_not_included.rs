//! See `mac-cfg-not-included.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::facts::include_target::PossibleReads;
use crate::lint::view::MemberCx;
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::line_end;
use crate::tree::names::{Kind, Role};

rule! { "mac-cfg-not-included", Warning, Likely, Phone(check), precedence: Free }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let own = cx.own();
    let (Some(cfg), Some(boot)) = (own.cfg, cx.chain().boot) else { return };
    // Other rules report boot files without includes or with malformed ones.
    if cx.common.includes(boot).is_empty()
        || cx.chain().first_read(cfg).is_some()
        || PossibleReads::new(cx).contains(cfg)
    {
        return;
    }
    sink.report(Place::whole(cfg), || {
        let mac = cx.mac().map(|mac| mac.to_string()).unwrap_or_default();
        let boot_name = cx.common.file_name(boot);
        let diagnostic = Diagnostic::new(format!("phone {mac} does not download `{mac}.cfg`: its boot file does not include it"))
            .related(Place::whole(boot), "the boot file that this phone reads");
        match own.boot {
            Some(_) => Diagnostic { fix: fix(cx, boot, &mac), ..diagnostic }.help(format!("add `include:config <{mac}.cfg>` as the last line of `{mac}.boot`")),
            None => diagnostic.help(format!(
                "create `{mac}.boot` with the includes of `{boot_name}` and, as its last line, `include:config <{mac}.cfg>`"
            )),
        }
    });
}

/// Adds the include at the end of the phone's own boot file. If the boot file includes another phone's cfg,
/// the rule foreign-mac-include suggests a fix instead.
fn fix(cx: &MemberCx<'_>, boot: FileId, mac: &str) -> Option<Fix> {
    let text = cx.common.text(boot);
    if cx.common.includes(boot).iter().any(|include| {
        include.to.as_ref().is_ok_and(|to: &FileId| matches!(cx.common.role(*to), Role::Mac(Kind::Cfg, _)))
    }) {
        return None;
    }
    let end = line_end(text);
    let before = if text.ends_with(b"\n") { "" } else { end };
    let line = format!("{before}include:config <{mac}.cfg>{end}");
    let place = Place { file: boot, span: Span::new(text.len(), text.len()) };
    Some(Fix::guess("include it at the end of the boot file", vec![Edit::replace(place, line)]))
}
