//! See `empty_boot.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};
use crate::text::source::Place;
use crate::tree::load::{Kind, Role, State};

pub static RULE: Rule = Rule {
    name: "empty-boot",
    group: Group::BootFiles,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("empty_boot.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    // A boot file that no phone asks for is the matter of other rules.
    let whose = match cx.document.role {
        Role::Common(Kind::Boot) => "phones without a boot file of their own",
        Role::Mac(Kind::Boot, _) => "this phone",
        _ => return,
    };
    if cx.document.state != State::Read || !cx.document.includes.is_empty() {
        return;
    }
    sink.report(Place::whole(cx.file), || {
        Draft::new(format!("this boot file includes nothing: {whose} will get no configuration at all")).help(
            "include the cfg files that are meant, `include:config <y000000000000.cfg>` for example; or remove the \
             file, so that the phone goes on to the next one it asks for",
        )
    });
}
