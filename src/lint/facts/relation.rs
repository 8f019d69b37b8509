//! The relations of the catalogue on one phone: which settings they apply to, and which partners are missing.

use std::borrow::Cow;

use crate::catalogue::{Relation, RelationKind};
use crate::lint::view::{MemberCx, Value};
use crate::tree::load::Assignment;

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
    /// The names of the other parameters; one with `X` or `Y` stands for any index.
    pub others: Vec<String>,
}

/// A partner that a setting needs and that the phone does not have.
pub struct Unmet<'a> {
    /// The setting.
    pub setting: Related<'a>,
    /// The assignment of an empty value or of another value to a partner.
    pub instead: Option<Assignment>,
}

/// The settings of a phone to which the relations of a kind apply that a rule reports; `None` is the general rule of the
/// kind. Settings of accounts that are off are not included.
pub fn related<'a>(cx: &MemberCx<'a>, kind: RelationKind, rule: Option<&'static str>) -> Vec<Related<'a>> {
    let mut found = Vec::new();
    let relations = cx.common.schema.relations().iter();
    for relation in relations.filter(|relation| relation.kind == kind && relation.rule.as_deref() == rule) {
        for (indices, at, value) in cx.values(&relation.name) {
            let is_off = relation.name.starts_with("account.") && cx.account(indices[0]).is_off();
            if is_off || !(relation.values.is_empty() || relation.applies(&value.text())) {
                continue;
            }
            let name = cx.common.name_text(at);
            let others = relation.others.iter().map(|other| relation.with_indices(other, &name)).collect();
            found.push(Related { relation, at, name, value, others });
        }
    }
    found
}

/// The settings of a phone that certainly lack a partner.
pub fn unmet<'a>(cx: &MemberCx<'a>, rule: Option<&'static str>) -> Vec<Unmet<'a>> {
    let settings = related(cx, RelationKind::Needs, rule).into_iter().filter(|setting| is_unmet(cx, setting));
    settings
        .map(|setting| {
            let instead = setting.others.iter().find_map(|other| cx.decides(cx.common.names().id(other)?));
            Unmet { setting, instead }
        })
        .collect()
}

/// Whether all partners are certainly missing.
fn is_unmet(cx: &MemberCx<'_>, setting: &Related<'_>) -> bool {
    setting.relation.others.iter().zip(&setting.others).all(|(pattern, other)| {
        !is_met(cx, setting.relation, pattern, other) && (cx.value(other).is_some() || lacks(cx, other))
    })
}

/// Whether one of the other parameters has a value that counts.
fn is_met(cx: &MemberCx<'_>, relation: &Relation, pattern: &str, other: &str) -> bool {
    let counts = |value: Value<'_>| relation.other_values.is_empty() || relation.accepts_other(&value.text());
    if !has_placeholder(other) {
        return cx.value(other).is_some_and(|(_, value)| counts(value));
    }
    cx.values(pattern).any(|(_, at, value)| matches(other, &cx.common.name_text(at)) && counts(value))
}

fn lacks(cx: &MemberCx<'_>, other: &str) -> bool {
    if has_placeholder(other) { !cx.has_gaps() } else { cx.lacks(other) }
}

fn has_placeholder(name: &str) -> bool {
    name.split('.').any(|segment| matches!(segment, "X" | "Y"))
}

/// Whether a name is equal to a name in which `X` and `Y` stand for any index.
fn matches(wanted: &str, name: &str) -> bool {
    wanted.split('.').count() == name.split('.').count()
        && wanted
            .split('.')
            .zip(name.split('.'))
            .all(|(wanted, segment)| wanted == segment || matches!(wanted, "X" | "Y"))
}

impl Related<'_> {
    /// The setting as messages show it: with its value if the relation lists the value.
    pub fn text(&self) -> String {
        match self.relation.values.is_empty() {
            true => format!("`{}`", self.name),
            false => format!("`{} = {}`", self.name, self.value.text()),
        }
    }

    /// The others as messages show them, with the value that they need.
    pub fn others_text(&self) -> String {
        let others = self.others.iter().map(|other| match self.relation.other_values.first() {
            Some(value) => format!("`{other} = {value}`"),
            None => format!("`{}`", other.replace(".Y.", ".1.").replace(".Y", ".1")),
        });
        others.collect::<Vec<_>>().join(" or ")
    }
}
