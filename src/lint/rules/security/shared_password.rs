//! See `shared-password.md`.

use rustc_hash::FxHashMap;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::sip_user::user_part;
use crate::lint::view::{Indexed, TreeCx};
use crate::text::residue::{is_sentinel, placeholder};
use crate::tree::load::{Assignment, NameId};

rule! { "shared-password", Warning, Certain, Tree(check) }

/// A user, and the assignment that sets the user's password.
#[derive(Clone, Copy)]
struct Account<'a> {
    user: &'a [u8],
    password: Assignment,
}

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let (fleet, workspace) = (cx.world.fleet, cx.world.workspace);
    let indexed = cx.common.parameter_index.names("account.X.password").iter();
    let names: Vec<(NameId, NameId)> =
        indexed.filter_map(|indexed| Some((indexed.name, user_name(cx, indexed)?))).collect();
    let mut first: FxHashMap<&[u8], Account<'_>> = FxHashMap::default();
    for member in fleet.members.iter().filter(|_| !names.is_empty()) {
        for &(name, user) in &names {
            let Some(password) = fleet.decides(member, name) else { continue };
            let user = fleet.decides(member, user).map_or(&b""[..], |at| user_part(workspace.value(at)));
            let value = workspace.value(password);
            if user.is_empty() || value.is_empty() {
                continue;
            }
            let account = Account { user, password };
            let earlier = *first.entry(value).or_insert(account);
            // The same user on two phones is one account; the rule secret-in-common reports lines that
            // several phones read.
            if earlier.user == user || earlier.password == password || !is_secret(cx, password) {
                continue;
            }
            sink.report(workspace.assignment_span(password), || {
                Diagnostic::new(
                    "another account has the same password: anyone who knows it can use both accounts",
                )
                .help("set a different password for each account, here and on the SIP server")
                .related(workspace.assignment_span(earlier.password), "the other account")
                .parameter(workspace.names.text(name))
                .evidence(cx.common.evidence(password))
            });
        }
    }
}

/// User name parameter of the account that a password belongs to.
fn user_name(cx: &TreeCx<'_>, password: &Indexed) -> Option<NameId> {
    let account = password.indices.first()?;
    cx.world.workspace.names.id(&format!("account.{account}.user_name"))
}

/// Whether a value is neither a sentinel nor a template placeholder.
fn is_secret(cx: &TreeCx<'_>, at: Assignment) -> bool {
    let workspace = cx.world.workspace;
    let value = workspace.value(at);
    let line = workspace.line(at);
    let content = line.content(workspace.text(at.file)).slice(workspace.text(at.file));
    !is_sentinel(value) && placeholder(content, line.kind).is_none()
}
