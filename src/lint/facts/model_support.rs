//! Which parameter names of the tree do not fit a model: found once for each model, whichever phones and
//! rules ask. Only names that some file gives a value are looked at: templates are full of blanks.

use std::sync::OnceLock;

use crate::catalogue::{Evidence, Model, Parameter};
use crate::lint::ask::{Common, indices};
use crate::tree::load::NameId;

/// Why a name does not fit.
#[derive(Clone, Debug, PartialEq)]
pub enum Unsupported {
    /// The model does not take it, whatever its index.
    Parameter,
    /// The model takes it with other indices.
    Index {
        /// What the index counts: `accounts`.
        what: &'static str,
        /// The lowest and the highest index that there is.
        range: (u32, u32),
        /// Who states it.
        evidence: Evidence,
        /// Whether that is so on this model, rather than on any.
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
    /// In the catalogue's order; the last for phones of which the model is not known.
    unsupported: Vec<OnceLock<Vec<UnsupportedName>>>,
}

/// The names of the tree that do not fit a model; without a model, those that fit none.
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

/// The names that some file gives a value and that may not fit: those with an index, and those that not every model
/// takes.
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
        // A literal `X` is placeholder-index's; more digits than a number holds are surely too many.
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

/// How many there are of what an index counts: on the model where that is known, else on any.
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
        // Nobody says how many accounts the other models have, but all begin with 1.
        None if what == "accounts" => {
            Some(Limited { what, range: (1, u32::MAX), evidence: Evidence::Yealink, of_model: false })
        }
        None => None,
    }
}

/// What the index behind a word counts.
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
