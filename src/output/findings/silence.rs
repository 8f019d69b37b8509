//! Determines which phones may be silent because they register no account.

use crate::lint::{Finding, Level};
use crate::tree::load::NameId;
use crate::tree::resolve::Fleet;

/// Parameters that an account needs to register, without the `account.X` prefix.
const REQUIRED: [&str; 5] = ["enable", "user_name", "auth_name", "password", "sip_server"];

/// Rules about files that are intended for one phone but that the phone never requests.
const UNREQUESTED: [&str; 2] = ["invalid-mac", "mac-not-lowercase"];

/// Rules whose findings may explain why a phone reads no account settings.
const CAUSES: [&str; 9] = [
    "empty-boot",
    "foreign-mac-include",
    "include-case-mismatch",
    "include-not-cfg",
    "mac-cfg-not-included",
    "malformed-include",
    "missing-include",
    "phone-without-account",
    "unusable-include",
];

/// Whether a finding indicates that its phones may not register. `without_account` states for each member of
/// the fleet whether it has no account.
pub(super) fn may_silence(finding: &Finding, without_account: &[bool]) -> bool {
    let members = finding.phones.as_ref().map_or(&[][..], |phones| &phones.members);
    let is_without = |member: &u32| without_account.get(*member as usize) == Some(&true);
    if CAUSES.contains(&finding.rule.name) && !members.is_empty() && members.iter().all(is_without) {
        return true;
    }
    let parameter = finding.diagnostic.parameter.as_deref().unwrap_or_default();
    let mut segments = parameter.split('.');
    let is_required = segments.next() == Some("account")
        && segments.nth(1).is_some_and(|segment| REQUIRED.contains(&segment));
    finding.level == Level::Error && (is_required || UNREQUESTED.contains(&finding.rule.name))
}

/// For each member of the fleet, whether it has no enabled account although most phones in its root have one.
pub(super) fn without_account(fleet: &Fleet<'_>) -> Vec<bool> {
    let names = &fleet.workspace.names;
    let enables: Vec<NameId> = names.ids().filter(|id| is_enable(&names.text(*id))).collect();
    let has_account: Vec<bool> = fleet
        .members
        .iter()
        .map(|member| {
            enables.iter().any(|&name| {
                let value = fleet.decides(member, name).map(|at| fleet.workspace.value(at));
                value.is_some_and(|value| !value.is_empty() && value != b"0")
            })
        })
        .collect();
    let usually: Vec<bool> = (0..fleet.workspace.roots.len())
        .map(|root| {
            let with = fleet
                .members
                .iter()
                .zip(&has_account)
                .filter(|(m, has)| m.counted && m.root == root && **has);
            2 * with.count() > fleet.counted[root]
        })
        .collect();
    let members = fleet.members.iter().zip(has_account);
    members.map(|(member, has)| member.counted && !has && usually[member.root]).collect()
}

/// Whether a name is `account.X.enable`.
fn is_enable(name: &str) -> bool {
    let index = name.strip_prefix("account.").and_then(|rest| rest.strip_suffix(".enable"));
    index.is_some_and(|index| !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()))
}
