//! The catalogue's relations, applied to one phone: the settings that they apply to, and the partners that
//! are missing.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::catalogue::{Relation, RelationKind, is_placeholder};
use crate::lint::view::{Common, MemberCx, Value, indices};
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
    /// The names of the other parameters. `X` and `Y` match any index.
    pub others: &'a [String],
    /// The names in the tree that match the other parameters.
    partners: &'a [NameId],
}

/// For each relation in the catalogue, the names in the tree that the relation applies to. Computed on first
/// use.
struct RelatedNames(Vec<OnceLock<Vec<RelatedName>>>);

/// A name in the tree that a relation applies to.
struct RelatedName {
    name: NameId,
    indices: Vec<u32>,
    /// Name of the parameter that enables the account, if the parameter belongs to one.
    switch: Option<NameId>,
    /// See [`Related`].
    others: Vec<String>,
    partners: Vec<NameId>,
}

/// A setting whose partner is missing on the phone.
pub struct Unmet<'a> {
    /// The setting.
    pub setting: Related<'a>,
    /// The assignment that sets the partner to an empty or different value.
    pub instead: Option<Assignment>,
}

/// The settings of a phone to which relations of the given kind and rule apply. Without a rule, only relations
/// reported by the general rule for the kind are considered. Settings for disabled accounts and unused Wi-Fi
/// profiles are not included.
pub fn related<'a>(cx: &MemberCx<'a>, kind: RelationKind, rule: Option<&'static str>) -> Vec<Related<'a>> {
    let mut found = Vec::new();
    let relations = cx.common.schema.relations();
    let RelatedNames(all) =
        cx.common.memo.get(|| RelatedNames(relations.iter().map(|_| OnceLock::new()).collect()));
    let wanted = relations.iter().zip(all);
    for (relation, names) in
        wanted.filter(|(relation, _)| relation.kind == kind && relation.rule.as_deref() == rule)
    {
        for known in names.get_or_init(|| related_names(&cx.common, relation)) {
            let Some((at, value)) = cx.explicit(known.name) else { continue };
            if known.is_unused(cx, relation)
                || !relation.values.is_empty() && !relation.applies(&value.text())
            {
                continue;
            }
            let name = cx.common.names().text(known.name);
            let RelatedName { others, partners, .. } = known;
            found.push(Related { relation, at, name, value, others, partners });
        }
    }
    found
}

/// The names in the tree that a relation applies to, sorted by index.
fn related_names(common: &Common<'_>, relation: &Relation) -> Vec<RelatedName> {
    let index = common.parameter_index;
    let is_of_account = relation.name.starts_with("account.");
    let names = index.names(catalogue_name(common, &relation.name)).iter().map(|indexed| {
        let name = common.names().text(indexed.name);
        let others: Vec<String> =
            relation.others.iter().map(|other| relation.with_indices(other, &name)).collect();
        let partners = others.iter().zip(&relation.others).flat_map(|(other, pattern)| {
            let candidates = index.names(catalogue_name(common, pattern)).iter().map(|indexed| indexed.name);
            // Without a placeholder, the only match is the name itself.
            let (is_pattern, same) = (has_placeholder(other), common.names().id(other));
            candidates.filter(move |name| match is_pattern {
                true => matches(other, &common.names().text(*name)),
                false => Some(*name) == same,
            })
        });
        RelatedName {
            name: indexed.name,
            indices: indexed.indices.clone(),
            switch: indexed
                .indices
                .first()
                .filter(|_| is_of_account)
                .and_then(|account| common.names().id(&format!("account.{account}.enable"))),
            partners: partners.collect(),
            others,
        }
    });
    names.collect()
}

impl RelatedName {
    /// Whether the parameter belongs to a disabled account, to disabled Wi-Fi, or to a Wi-Fi profile without
    /// a network name.
    fn is_unused(&self, cx: &MemberCx<'_>, relation: &Relation) -> bool {
        if let Some(switch) = self.switch {
            return cx.explicit(switch).is_some_and(|(_, value)| value == "0");
        }
        let Some(profile) = self.indices.first().filter(|_| relation.name.starts_with("static.wifi.")) else {
            return false;
        };
        let ssid = cx.common.names().id(&format!("static.wifi.{profile}.ssid"));
        cx.has("static.wifi.enable", "0")
            || ssid.and_then(|ssid| cx.decides(ssid)).is_some_and(|at| cx.common.value(at).is_empty())
    }
}

/// The catalogue's name for a parameter in a relation. A relation and the catalogue may use different letters,
/// for example `Y` instead of `X` for an independent index.
fn catalogue_name<'a>(common: &Common<'a>, name: &'a str) -> &'a str {
    common.schema.parameter(name).map_or(name, |parameter| &parameter.name)
}

/// The settings on a phone for which a partner is certainly missing.
pub fn unmet<'a>(cx: &MemberCx<'a>, rule: Option<&'static str>) -> Vec<Unmet<'a>> {
    let settings = related(cx, RelationKind::Needs, rule).into_iter().filter(|setting| is_unmet(cx, setting));
    settings
        .map(|setting| {
            let instead = setting.partners.iter().find_map(|name| cx.decides(*name));
            Unmet { setting, instead }
        })
        .collect()
}

/// Whether all partners are certainly missing.
fn is_unmet(cx: &MemberCx<'_>, setting: &Related<'_>) -> bool {
    let relation = setting.relation;
    let has_free_index = setting.others.iter().any(|other| has_placeholder(other));
    setting.others.iter().all(|other| has_placeholder(other) || is_missing(cx, relation, other))
        && setting.partners.iter().all(|name| is_missing(cx, relation, &cx.common.names().text(*name)))
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

/// Whether a name matches a pattern in which `X` and `Y` represent any index.
fn matches(wanted: &str, name: &str) -> bool {
    wanted.split('.').count() == name.split('.').count()
        && wanted
            .split('.')
            .zip(name.split('.'))
            .all(|(wanted, segment)| wanted == segment || is_placeholder(wanted))
}

impl Related<'_> {
    /// The setting as shown in messages: with its value if the relation lists values.
    pub fn text(&self) -> String {
        match self.relation.values.is_empty() {
            true => format!("`{}`", self.name),
            false => format!("`{} = {}`", self.name, self.value.text()),
        }
    }

    /// The other parameters as shown in messages, with the value that the relation requires. An index that
    /// can be any number is shown as a letter, except for the index of an account's server, which is shown as
    /// 1, the usual server.
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
