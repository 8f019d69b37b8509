//! Names of parameters as one types them: segment by segment, with the indices that are in use.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::{Limit, Model, Parameter, Schema};
use crate::lint::LintOptions;
use crate::text::mac::Mac;

/// More indices than these nobody chooses from a list.
const MOST_INDICES: usize = 32;

/// More names than these nobody reads.
const MOST_FOUND: usize = 60;

/// What may be typed next.
pub struct Candidate<'s> {
    /// The name up to there; with a dot behind it where more must follow.
    pub text: String,
    /// The parameter, where that is its whole name.
    pub parameter: Option<&'s Parameter>,
}

/// What is known where a name is typed.
pub struct Around<'a> {
    /// The catalogue.
    pub schema: &'a Schema,
    /// The names that the file sets, and those of the tree.
    pub names: &'a BTreeSet<String>,
    /// The models of the phones that may read the file; none where they are not known.
    pub models: Vec<&'a Model>,
}

impl<'a> Around<'a> {
    /// The models that may be meant: that of one phone, else all that are said.
    pub fn models(schema: &'a Schema, options: &'a LintOptions, mac: Option<Mac>) -> Vec<&'a Model> {
        let own = options.models.iter().filter(|((_, other), _)| mac.is_none_or(|mac| mac == *other));
        let names: BTreeSet<&String> = own.map(|(_, model)| model).collect();
        names.into_iter().filter_map(|name| schema.model(name)).collect()
    }

    /// What may follow on what was typed: the next segments of all names that begin so, and where no dot was typed yet
    /// whole names that hold the word too.
    pub fn candidates(&self, typed: &str) -> Vec<Candidate<'a>> {
        let (head, partial) = typed.rfind('.').map_or(("", typed), |at| typed.split_at(at + 1));
        let given: Vec<&str> = head.split_terminator('.').collect();
        let mut found: BTreeMap<(bool, String), Candidate<'a>> = BTreeMap::new();
        for parameter in self.schema.parameters() {
            let segments: Vec<&str> = parameter.name.split('.').collect();
            let fits = segments.len() > given.len()
                && segments.iter().zip(&given).all(|(known, given)| known == given || is_index(known, given));
            let Some(next) = segments.get(given.len()).filter(|_| fits) else { continue };
            let is_last = segments.len() == given.len() + 1;
            let texts = match next.chars().next().filter(|_| is_placeholder(next)) {
                Some(letter) => self.indices(parameter, letter, head),
                None => vec![(*next).to_owned()],
            };
            for text in texts {
                let text = format!("{head}{text}{}", if is_last { "" } else { "." });
                let whole = is_last.then_some(parameter);
                found.entry((is_last, text.clone())).or_insert(Candidate { text, parameter: whole });
            }
        }
        let mut found: Vec<Candidate<'a>> = found.into_values().collect();
        if given.is_empty() && partial.len() > 1 {
            found.extend(self.holding(&partial.to_lowercase()));
        }
        found
    }

    fn holding(&self, word: &str) -> Vec<Candidate<'a>> {
        let holds = |parameter: &&Parameter| {
            parameter.name.to_lowercase().contains(word) && parameter.name.contains('.')
        };
        let found = self.schema.parameters().iter().filter(holds).take(MOST_FOUND);
        let whole = |parameter: &'a Parameter| {
            let mut text = String::new();
            for segment in parameter.name.split('.') {
                let letter = segment.chars().next().filter(|_| is_placeholder(segment));
                let index =
                    letter.and_then(|letter| self.indices(parameter, letter, &text).into_iter().next());
                text += &format!("{}.", index.as_deref().unwrap_or(segment));
            }
            text.pop();
            Candidate { text, parameter: Some(parameter) }
        };
        found.map(whole).collect()
    }

    /// The indices in use behind the head of a name, and the next one that is free, as far as there can be so many.
    fn indices(&self, parameter: &Parameter, letter: char, head: &str) -> Vec<String> {
        let (low, high) = parameter.index.get(&letter).copied().unwrap_or((1, u32::MAX));
        let high = high.min(self.limit(head).unwrap_or(u32::MAX));
        let range = self.names.range(head.to_owned()..).take_while(|name| name.starts_with(head));
        let used = range.filter_map(|name| name.get(head.len()..)?.split('.').next()?.parse::<u32>().ok());
        let mut used: BTreeSet<u32> = used.filter(|index| (low..=high).contains(index)).collect();
        let next = used.last().map_or(low, |last| last.saturating_add(1));
        used.extend((low..=high).contains(&next).then_some(next));
        used.into_iter().take(MOST_INDICES).map(|index| index.to_string()).collect()
    }

    /// How many accounts or keys the models have.
    fn limit(&self, head: &str) -> Option<u32> {
        let limit: fn(&Model) -> Option<Limit> = match head {
            "account." => |model| model.accounts,
            "linekey." => |model| model.line_keys,
            "programablekey." => |model| model.programmable_keys,
            _ => return None,
        };
        let limits: Option<Vec<u32>> =
            self.models.iter().map(|model| limit(model).map(|limit| limit.most)).collect();
        limits?.into_iter().max()
    }
}

fn is_placeholder(segment: &str) -> bool {
    matches!(segment, "X" | "Y")
}

fn is_index(known: &str, given: &str) -> bool {
    is_placeholder(known) && !given.is_empty() && given.bytes().all(|b| b.is_ascii_digit())
}
