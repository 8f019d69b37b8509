//! The parameter names of the tree that a model does not support, computed once per model. Only names with a value in
//! some file are checked: templates contain many empty values.

use std::sync::OnceLock;

use crate::catalogue::{Evidence, Model, Parameter};
use crate::lint::view::{Common, indices};
use crate::tree::load::NameId;

/// Why a name does not fit.
#[derive(Clone, Debug, PartialEq)]
pub enum Unsupported {
    /// The model does not support the parameter.
    Parameter,
    /// The model supports the parameter with other indices.
    Index {
        /// The items that the index counts: `accounts`.
        what: &'static str,
        /// The lowest and the highest index.
        range: (u32, u32),
        /// Who states it.
        evidence: Evidence,
        /// Whether the limit is one of this model.
        of_model: bool,
    },
}

/// A name that does not fit.
#[derive(Clone, Debug, PartialEq)]
pub struct UnsupportedName {
    /// The name.
    pub name: NameId,
    /// Why.
    pub why: Unsupported,
}

/// The names of the tree that may not fit, and by model those that do not.
struct Names {
    valued: OnceLock<Vec<NameId>>,
    /// In the order of the catalogue; the last is for phones with an unknown model.
    unsupported: Vec<OnceLock<Vec<UnsupportedName>>>,
}

/// The names of the tree that a model does not support; without a model, those that no model supports.
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

/// The names with a value in some file that may be unsupported: those with an index, and those that not every model
/// supports.
fn valued(common: &Common<'_>) -> Vec<NameId> {
    let may_not_fit =
        |parameter: &Parameter| parameter.models.is_some() || indices(&parameter.name).next().is_some();
    let mut wanted: Vec<bool> = common
        .names()
        .ids()
        .map(|name| common.parameter_index.parameter(name).is_some_and(may_not_fit))
        .collect();
    let mut valued = Vec::new();
    for (at, name) in common.files().flat_map(|file| common.settings_of(file)) {
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
        // placeholder-index reports a literal `X`. An index with too many digits for a number is out of range.
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

/// The number of items that an index counts: on the model if known, otherwise on any model.
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
        Some(&range) => {
            // The vendor counts the line keys of some models only.
            let most = if what == "line keys" { Evidence::Yealink } else { Evidence::Flyingvoice };
            Some(Limited { what, range, evidence: parameter.evidence.min(most), of_model: false })
        }
        // The number of accounts of the other models is unknown, but the first one is 1.
        None if what == "accounts" => {
            Some(Limited { what, range: (1, u32::MAX), evidence: Evidence::Yealink, of_model: false })
        }
        None => None,
    }
}

/// The items that the index after a word counts.
fn what(pattern: &str, before: &str) -> &'static str {
    match before {
        "account" => "accounts",
        "number" if pattern == "voice_mail.number.X" => "accounts",
        "linekey" => "line keys",
        "programablekey" => "programmable keys",
        "sip_server" => "SIP servers of an account",
        "outbound_proxy" => "outbound proxies of an account",
        "data" => "remote phonebooks",
        "wifi" => "Wi-Fi networks",
        "listen_address" => "multicast groups to listen to",
        "paging_address" => "multicast groups to page",
        "alert_info" => "distinctive ring tones",
        _ => "entries",
    }
}
