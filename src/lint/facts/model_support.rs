//! Parameter names in the tree that a model does not support, computed once per model. Only names with a
//! non-empty value in some file are checked, because templates contain many empty values.

use std::sync::OnceLock;

use crate::catalogue::{Constraint, Evidence, Model, Parameter};
use crate::lint::view::{Common, indices};
use crate::tree::load::NameId;

/// The reason that a name is not supported.
#[derive(Clone, Debug, PartialEq)]
pub enum Unsupported {
    /// The model does not support the parameter with any index.
    Parameter,
    /// The model supports the parameter only with other indices.
    Index {
        /// Kind of object that the index counts, for example `accounts`.
        what: &'static str,
        /// Lowest and highest valid index.
        range: (u32, u32),
        /// Evidence for the limit.
        evidence: Evidence,
        /// Whether the limit applies specifically to this model.
        of_model: bool,
    },
}

/// A name that is not supported.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsupportedName {
    /// Id of the name.
    pub name: NameId,
    /// The reason that the name is not supported.
    pub why: Unsupported,
}

/// Names in the tree that some models may not support, and the unsupported names by model.
struct Names {
    valued: OnceLock<Vec<NameId>>,
    /// The entries are in the catalogue's order; the last entry is for phones whose model is unknown.
    unsupported: Vec<OnceLock<Vec<UnsupportedName>>>,
}

/// Names in the tree that a model does not support, or, if no model is given, that no model supports.
pub fn unsupported<'a>(common: &Common<'a>, model: Option<&Model>) -> &'a [UnsupportedName] {
    let models = common.schema.models();
    let names = common.memo.get(|| Names {
        valued: OnceLock::new(),
        unsupported: (0..=models.len()).map(|_| OnceLock::new()).collect(),
    });
    let at = model.and_then(|model| models.iter().position(|known| known.name == model.name));
    names.unsupported.get(at.unwrap_or(models.len())).map_or(&[], |unsupported| {
        unsupported.get_or_init(|| {
            names
                .valued
                .get_or_init(|| valued(common))
                .iter()
                .filter_map(|&name: &NameId| {
                    let parameter = common.parameter_index.parameter(name)?;
                    let why = misfit(common, &common.names().text(name), parameter, model)?;
                    Some(UnsupportedName { name, why })
                })
                .collect()
        })
    })
}

/// Names that have a non-empty value in some file and that some models may not support: names with an index,
/// and names supported only on some models.
fn valued(common: &Common<'_>) -> Vec<NameId> {
    let mut wanted: Vec<bool> = common
        .names()
        .ids()
        .map(|name| {
            let parameter = common.parameter_index.parameter(name);
            parameter.is_some_and(|known| known.models.is_some() || indices(&known.name).next().is_some())
        })
        .collect();
    let mut valued = Vec::new();
    for (at, name) in common.files().flat_map(|file| common.file_settings(file)) {
        let Some(wanted) = wanted.get_mut(name.0 as usize).filter(|wanted| **wanted) else { continue };
        if !common.value(at).is_empty() {
            *wanted = false;
            valued.push(name);
        }
    }
    valued
}

fn misfit(
    common: &Common<'_>,
    name: &str,
    parameter: &Parameter,
    model: Option<&Model>,
) -> Option<Unsupported> {
    if model.is_some_and(|model| !common.schema.supports(model, parameter)) {
        return Some(Unsupported::Parameter);
    }
    let segments = parameter.name.split('.').zip(name.split('.'));
    let mut before = "";
    for (known, index) in segments {
        let placeholder = known.chars().next().filter(|c| known.len() == 1 && "XY".contains(*c));
        // A literal `X` is reported by the rule placeholder-index. A number that overflows is above any
        // limit.
        let is_number = index.bytes().all(|b| b.is_ascii_digit());
        if let Some(placeholder) = placeholder.filter(|_| is_number) {
            let index = index.parse().unwrap_or(u32::MAX);
            let found = limit(parameter, placeholder, before, model).filter(|limit| {
                let (least, most) = limit.range;
                !(least..=most).contains(&index)
            });
            if let Some(Limited { what, range, evidence, of_model }) = found {
                return Some(Unsupported::Index { what, range, evidence, of_model });
            }
        }
        before = known;
    }
    None
}

struct Limited {
    what: &'static str,
    range: (u32, u32),
    evidence: Evidence,
    of_model: bool,
}

/// Valid range of an index: the model's range if known, otherwise the general range.
fn limit(parameter: &Parameter, placeholder: char, before: &str, model: Option<&Model>) -> Option<Limited> {
    let what = what(&parameter.name, before);
    let of_model = model.and_then(|model| match what {
        "accounts" => model.accounts,
        "line keys" => model.line_keys,
        "programmable keys" => model.programmable_keys,
        _ => None,
    });
    if let Some(limit) = of_model {
        return Some(Limited { what, range: (1, limit.most), evidence: limit.evidence, of_model: true });
    }
    match parameter.index.get(&placeholder) {
        Some(&range) => Some(Limited {
            what,
            range,
            evidence: parameter.evidence_for(Constraint::Index),
            of_model: false,
        }),
        // The number of accounts on the other models is unknown, but the first account is always 1.
        None if what == "accounts" => {
            Some(Limited { what, range: (1, u32::MAX), evidence: Evidence::Yealink, of_model: false })
        }
        None => None,
    }
}

/// Kind of object that the index after a name segment counts.
fn what(pattern: &str, before: &str) -> &'static str {
    match before {
        "account" => "accounts",
        "number" if pattern == "voice_mail.number.X" => "accounts",
        "linekey" => "line keys",
        "programablekey" => "programmable keys",
        "sip_server" => "SIP servers per account",
        "outbound_proxy" => "outbound proxies per account",
        "data" => "remote phonebooks",
        "wifi" => "Wi-Fi networks",
        "listen_address" => "multicast groups to listen to",
        "paging_address" => "multicast groups to page",
        "alert_info" => "distinctive ring tones",
        _ => "entries",
    }
}
