//! See `duplicate-account.md`.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::sip_user::user_part;
use crate::lint::view::{MemberCx, TreeCx};
use crate::text::mac::Mac;
use crate::text::residue::{is_sentinel, placeholder};
use crate::tree::load::{Assignment, NameId, Workspace};

rule! { "duplicate-account", Warning, Certain, Tree(check) }

/// One account's parameter names that occur in the tree.
struct Names {
    enable: NameId,
    user: NameId,
    shared: Option<NameId>,
    /// Address and port of the first and second servers.
    servers: [(Option<NameId>, Option<NameId>); 2],
}

/// Identity of a registration: user, server address, and the port unless it is a usual one.
type Identity<'a> = (&'a [u8], String, String);

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let workspace = cx.world.workspace;
    let accounts: Vec<Names> = names(cx);
    let mut first: FxHashMap<Identity<'_>, (Mac, Assignment)> = FxHashMap::default();
    let common = common_users(cx, &accounts);
    let phones = cx.phones().filter(|_| !common.is_empty());
    let all = phones.flat_map(|(mac, phone)| accounts.iter().map(move |account| (mac, phone, account)));
    for (mac, phone, account) in all {
        if user(cx, &phone, account).is_none_or(|user| !common.contains(user)) {
            continue;
        }
        let Some((identity, [user, server])) = registration(&phone, account) else { continue };
        let (other, earlier) = *first.entry(identity).or_insert((mac, user));
        // Values that contain a placeholder or sentinel are not compared.
        if (other == mac && earlier == user)
            || ![user, server].into_iter().all(|at| is_literal(workspace, at))
        {
            continue;
        }
        sink.report(workspace.assignment_span(user), || {
            if other == mac {
                return Diagnostic::new(format!(
                    "two accounts of phone {mac} register as the same user on the same server: one of them may be an unfinished copy"
                ))
                .level(Level::Info)
                .help("set the user of this account, or remove the account")
                .parameter(workspace.names.text(workspace.name(user)))
                .related(workspace.assignment_span(earlier), "the other account");
            }
            let help = "set a different user for each phone; if they share the line, set `account.X.shared_line` on each; if your users have several phones each, add `duplicate-account` to `ignore` in `[lint]`";
            let diagnostic = Diagnostic::new(message(other, mac, earlier == user)).help(help);
            let diagnostic = diagnostic.parameter(workspace.names.text(workspace.name(user)));
            if earlier == user {
                return diagnostic;
            }
            diagnostic.related(workspace.assignment_span(earlier), format!("the user of {other}"))
        });
    }
}

/// Users, without the server, that occur in more than one account. Only accounts with these users are checked
/// further.
fn common_users<'a>(cx: &TreeCx<'a>, accounts: &[Names]) -> FxHashSet<&'a [u8]> {
    let (mut all, mut common) = (FxHashSet::default(), FxHashSet::default());
    for (_, phone) in cx.phones().filter(|_| !accounts.is_empty()) {
        let users = accounts.iter().filter_map(|account| user(cx, &phone, account));
        common.extend(users.filter(|user| !all.insert(*user)));
    }
    common
}

/// The user of an account on a phone, without the server.
fn user<'a>(cx: &TreeCx<'a>, phone: &MemberCx<'a>, account: &Names) -> Option<&'a [u8]> {
    Some(user_part(cx.world.workspace.value(phone.decides(account.user)?)))
}

fn message(other: Mac, mac: Mac, is_one_line: bool) -> String {
    if is_one_line {
        return format!(
            "phones that read this line register as the same user on the same server, including {other} and {mac}"
        );
    }
    format!("phones {other} and {mac} register as the same user on the same server")
}

fn names(cx: &TreeCx<'_>) -> Vec<Names> {
    let indexed = cx.common.parameter_index.names("account.X.user_name").iter();
    indexed.filter_map(|indexed| Names::find(cx, *indexed.indices.first()?)).collect()
}

impl Names {
    /// The names of an account; `None` if no file enables the account or sets its user.
    fn find(cx: &TreeCx<'_>, account: u32) -> Option<Self> {
        Some(Self {
            enable: account_name(cx, account, "enable")?,
            user: account_name(cx, account, "user_name")?,
            shared: account_name(cx, account, "shared_line"),
            servers: [1, 2].map(|at| {
                let address = account_name(cx, account, &format!("sip_server.{at}.address"));
                (address, account_name(cx, account, &format!("sip_server.{at}.port")))
            }),
        })
    }
}

fn account_name(cx: &TreeCx<'_>, account: u32, rest: &str) -> Option<NameId> {
    cx.world.workspace.names.id(&format!("account.{account}.{rest}"))
}

/// Identity of an account's registration, and the lines that set its user and server. `None` if the account
/// is disabled or shared, or if no user or server is set.
fn registration<'a>(phone: &MemberCx<'a>, names: &Names) -> Option<(Identity<'a>, [Assignment; 2])> {
    let is_on = phone.explicit(names.enable).is_some_and(|(_, value)| value == "1");
    let is_shared =
        names.shared.is_some_and(|name| phone.explicit(name).is_some_and(|(_, value)| value != "0"));
    if !is_on || is_shared {
        return None;
    }
    let (user, name) = phone.explicit(names.user)?;
    let mut servers = names.servers.iter();
    let (server, port) = servers.find_map(|(address, port)| Some((phone.explicit((*address)?)?, *port)))?;
    let port = port
        .and_then(|port| phone.explicit(port))
        .map_or(String::new(), |(_, port)| port.text().into_owned());
    let port = if matches!(port.as_str(), "5060" | "5061") { String::new() } else { port };
    Some(((user_part(name.bytes()), server.1.text().to_lowercase(), port), [user, server.0]))
}

/// Whether a value is neither a sentinel nor a template placeholder.
fn is_literal(workspace: &Workspace, at: Assignment) -> bool {
    let (text, line, value) = (workspace.text(at.file), workspace.line(at), workspace.value(at));
    !is_sentinel(value) && placeholder(line.content(text).slice(text), line.kind).is_none()
}
