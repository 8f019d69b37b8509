//! See `shared_password.md`.

use rustc_hash::FxHashMap;

use super::unrendered_template::placeholder;
use crate::lint::{Check, Draft, Ground, Group, Indexed, Level, Rule, Sink, Standing, TreeCx};
use crate::load::{Assignment, NameId};
use crate::resolve::Member;

pub static RULE: Rule = Rule {
    name: "shared-password",
    group: Group::Security,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::Tree(check),
    page: include_str!("shared_password.md"),
};

/// An account on a phone, and the line that supplies its password.
#[derive(Clone, Copy)]
struct Account<'a> {
    member: &'a Member,
    user: Option<NameId>,
    password: Assignment,
}

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let (fleet, workspace) = (cx.common.fleet, cx.common.workspace);
    let names: Vec<(NameId, Option<NameId>)> = cx
        .common
        .lexicon
        .names("account.X.password")
        .iter()
        .map(|indexed| (indexed.name, user(cx, indexed)))
        .collect();
    let mut first: FxHashMap<&[u8], Account<'_>> = FxHashMap::default();
    for member in fleet.members.iter().filter(|_| !names.is_empty()) {
        for &(name, user) in &names {
            let Some(password) = fleet.decides(member, name) else { continue };
            let account = Account { member, user, password };
            let earlier = *first.entry(workspace.value(password)).or_insert(account);
            if earlier.password == password || !is_secret(cx, password) || !differ(cx, earlier, account) {
                continue;
            }
            sink.report(workspace.place(password), || {
                Draft::new("this password is another account's too: who learns one can use both")
                    .help("give each account a password of its own, here and on the SIP server")
                    .related(workspace.place(earlier.password), "the other account")
                    .parameter(workspace.names.text(name))
                    .evidence(cx.common.evidence(password))
            });
        }
    }
}

/// The user name beside a password.
fn user(cx: &TreeCx<'_>, password: &Indexed) -> Option<NameId> {
    let account = password.indices.first()?;
    cx.common.workspace.names.id(&format!("account.{account}.user_name"))
}

/// Whether a value is a password at all: not blank, and not a template's.
fn is_secret(cx: &TreeCx<'_>, at: Assignment) -> bool {
    let workspace = cx.common.workspace;
    let line = workspace.line(at);
    let value = workspace.value(at);
    let is_sentinel = value.starts_with(b"%") && value.ends_with(b"%");
    let content = line.content(workspace.text(at.file)).of(workspace.text(at.file));
    !value.is_empty() && !is_sentinel && placeholder(content, line.kind).is_none()
}

/// Whether two accounts have different users; one user on two phones is one account.
fn differ(cx: &TreeCx<'_>, a: Account<'_>, b: Account<'_>) -> bool {
    let user = |account: Account<'_>| {
        let at = account.user.and_then(|name| cx.common.fleet.decides(account.member, name))?;
        Some(cx.common.workspace.value(at)).filter(|user| !user.is_empty())
    };
    user(a).zip(user(b)).is_some_and(|(a, b)| a != b)
}
