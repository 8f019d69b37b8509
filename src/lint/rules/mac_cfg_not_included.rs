//! See `mac_cfg_not_included.md`.

use crate::lint::{Check, Draft, Ground, Group, Level, MemberCx, Rule, Sink, Standing};
use crate::source::Place;

pub static RULE: Rule = Rule {
    name: "mac-cfg-not-included",
    group: Group::BootFiles,
    level: Level::Warning,
    ground: Ground::Likely,
    standing: Standing::Free,
    needs_all: false,
    check: Check::Phone(check),
    page: include_str!("mac_cfg_not_included.md"),
};

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let workspace = cx.common.workspace;
    let own = cx.member.own;
    let (Some(mac), Some(cfg), Some(boot)) = (cx.member.mac, own.cfg, cx.member.chain.boot) else { return };
    // Of a boot file that includes nothing, or could not be understood, other rules speak.
    if workspace.document(boot).includes.is_empty() || cx.may_read(cfg) {
        return;
    }
    sink.report(Place::whole(cfg), || {
        let boot_name = workspace.file_name(boot);
        let draft = Draft::new(format!("phone {mac} never downloads `{mac}.cfg`: its boot file does not include it"))
            .related(Place::whole(boot), "the boot file that this phone reads");
        match own.boot {
            Some(_) => draft.help(format!("add `include:config <{mac}.cfg>` as the last line of `{mac}.boot`")),
            None => draft.help(format!(
                "write a `{mac}.boot` with the includes of `{boot_name}` and, as its last line, `include:config <{mac}.cfg>`"
            )),
        }
    });
}
