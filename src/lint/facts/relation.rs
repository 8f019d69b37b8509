//! The catalogue's relations, applied to one phone: the settings to which they apply, and the missing partners.

use std::borrow::Cow;

use crate::catalogue::{Relation, RelationKind, is_placeholder};
use crate::lint::view::{MemberCx, Value, indices};
use crate::tree::load::{Assignment, NameId};

/// A setting of a phone to which a relation applies.
pub struct Related<'a> {
    /// The relation.
    pub relation: &'a Relation,
    /// The setting.
    pub at: Assignment,
    /// Its name, with indices.
    pub name: Cow<'a, str>,
    /// Its value.
    pub value: Value<'a>,
    /// The names of the other parameters, in which `X` and `Y` match any index.
    pub others: Vec<String>,
}

/// A partner that a setting needs and that the phone does not have.
pub struct Unmet<'a> {
    /// The setting.
    pub setting: Related<'a>,
    /// The assignment that sets the partner to an empty value or to a different value.
    pub instead: Option<Assignment>,
}

/// The settings on a phone to which relations of this kind and rule apply. Without a rule, only relations that the
/// general rule of the kind reports are considered. Settings for disabled accounts and unused Wi-Fi profiles are not
/// included.
pub fn related<'a>(cx: &MemberCx<'a>, kind: RelationKind, rule: Option<&'static str>) -> Vec<Related<'a>> {
    let mut found = Vec::new();
    let relations = cx.common.schema.relations().iter();
    for relation in relations.filter(|relation| relation.kind == kind && relation.rule.as_deref() == rule) {
        for (indices, at, value) in cx.values(catalogue_name(cx, &relation.name)) {
            if is_unused(cx, &relation.name, indices)
                || !relation.values.is_empty() && !relation.applies(&value.text())
            {
                continue;
            }
            let name = cx.common.name_text(at);
            let others = relation.others.iter().map(|other| relation.with_indices(other, &name)).collect();
            found.push(Related { relation, at, name, value, others });
        }
    }
    found
}

/// Whether a parameter belongs to a disabled account, to Wi-Fi that is off, or to a Wi-Fi profile without a network name.
fn is_unused(cx: &MemberCx<'_>, name: &str, indices: &[u32]) -> bool {
    match (name.split('.').next(), indices) {
        (Some("account"), [account, ..]) => cx.account(*account).is_off(),
        (Some("static"), [profile, ..]) if name.starts_with("static.wifi.") => {
            let ssid = cx.common.names().id(&format!("static.wifi.{profile}.ssid"));
            cx.has("static.wifi.enable", "0")
                || ssid.and_then(|ssid| cx.decides(ssid)).is_some_and(|at| cx.common.value(at).is_empty())
        }
        _ => false,
    }
}

/// The catalogue's name for a parameter of a relation. A relation may use other letters than the catalogue,
/// for example `Y` instead of `X` for an independent index.
fn catalogue_name<'a>(cx: &MemberCx<'a>, name: &'a str) -> &'a str {
    cx.common.schema.parameter(name).map_or(name, |parameter| &parameter.name)
}

/// The settings on a phone for which a partner is certainly missing.
pub fn unmet<'a>(cx: &MemberCx<'a>, rule: Option<&'static str>) -> Vec<Unmet<'a>> {
    let settings = related(cx, RelationKind::Needs, rule).into_iter().filter(|setting| is_unmet(cx, setting));
    settings
        .map(|setting| {
            let instead = setting.partners(cx).find_map(|name| cx.decides(name));
            Unmet { setting, instead }
        })
        .collect()
}

/// Whether all partners are certainly missing.
fn is_unmet(cx: &MemberCx<'_>, setting: &Related<'_>) -> bool {
    let relation = setting.relation;
    let has_free_index = setting.others.iter().any(|other| has_placeholder(other));
    setting.others.iter().all(|other| has_placeholder(other) || is_missing(cx, relation, other))
        && setting.partners(cx).all(|name| is_missing(cx, relation, &cx.common.names().text(name)))
        && !(has_free_index && cx.has_gaps())
}

/// Whether a parameter certainly has no value that satisfies the relation.
fn is_missing(cx: &MemberCx<'_>, relation: &Relation, name: &str) -> bool {
    match cx.value(name) {
        Some((_, value)) => !relation.other_values.is_empty() && !relation.accepts_other(&value.text()),
        None => cx.lacks(name),
    }
}

fn has_placeholder(name: &str) -> bool {
    name.split('.').any(is_placeholder)
}

/// Whether a name matches a name in which `X` and `Y` represent any index.
fn matches(wanted: &str, name: &str) -> bool {
    wanted.split('.').count() == name.split('.').count()
        && wanted
            .split('.')
            .zip(name.split('.'))
            .all(|(wanted, segment)| wanted == segment || is_placeholder(wanted))
}

impl<'a> Related<'a> {
    /// The names in the tree that match the other parameters of the relation.
    fn partners(&self, cx: &MemberCx<'a>) -> impl Iterator<Item = NameId> {
        let (names, index) = (cx.common.names(), cx.common.parameter_index);
        let patterns = self.relation.others.iter().map(|other| catalogue_name(cx, other));
        self.others.iter().zip(patterns).flat_map(move |(other, pattern)| {
            let indexed = index.names(pattern).iter().map(|indexed| indexed.name);
            indexed.filter(move |name| matches(other, &names.text(*name)))
        })
    }

    /// The setting as messages show it: with its value if the relation lists the value.
    pub fn text(&self) -> String {
        match self.relation.values.is_empty() {
            true => format!("`{}`", self.name),
            false => format!("`{} = {}`", self.name, self.value.text()),
        }
    }

    /// The other parameters as messages show them, with the value that the relation requires. An index that
    /// can be any number is shown as a letter, except that the index of an account's server is shown as 1,
    /// the usual server.
    pub fn others_text(&self) -> String {
        let others = self.others.iter().map(|other| match self.relation.other_values.first() {
            Some(value) => format!("`{other} = {value}`"),
            None if indices(other).any(|index| index.parse::<u32>().is_ok()) => {
                format!("`{}`", other.replace(".Y.", ".1."))
            }
            None => format!("`{}`", other.replace(".Y", ".X")),
        });
        others.collect::<Vec<_>>().join(" or ")
    }
}
