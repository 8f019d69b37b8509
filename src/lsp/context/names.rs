//! Completion of parameter names, segment by segment, including the indices in use.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::{Limit, Model, Parameter, Schema, is_index, is_placeholder};
use crate::lint::LintOptions;
use crate::text::mac::Mac;

/// Maximum number of indices to offer.
const MAX_INDICES: usize = 32;

/// Maximum number of complete names to offer.
const MAX_FOUND: usize = 60;

/// A possible continuation of a name.
pub struct Candidate<'s> {
    /// The name up to and including the offered segment. The text ends with a dot if more segments follow.
    pub text: String,
    /// The parameter, if the name is complete.
    pub parameter: Option<&'s Parameter>,
}

/// The data that determines which names to offer.
pub struct NameContext<'a> {
    pub schema: &'a Schema,
    /// The names that files in the tree set.
    pub names: &'a BTreeSet<String>,
    /// The known models of the phones that may read the file.
    pub models: Vec<&'a Model>,
}

impl<'a> NameContext<'a> {
    /// The model of one phone, or all models in the tree.
    pub fn models(schema: &'a Schema, options: &'a LintOptions, mac: Option<Mac>) -> Vec<&'a Model> {
        let own = options.models.iter().filter(|((_, other), _)| mac.is_none_or(|mac| mac == *other));
        let names: BTreeSet<&String> = own.map(|(_, model)| model).collect();
        names.into_iter().filter_map(|name| schema.model(name)).collect()
    }

    /// The candidates for the typed text: the next segments of all names that begin with the text. If the
    /// text contains no dot, complete names that contain it are also candidates.
    pub fn candidates(&self, typed: &str) -> Vec<Candidate<'a>> {
        let (head, partial) = typed.rfind('.').map_or(("", typed), |at| typed.split_at(at + 1));
        let typed_segments: Vec<&str> = head.split_terminator('.').collect();
        let mut found: BTreeMap<(bool, String), Candidate<'a>> = BTreeMap::new();
        for parameter in self.schema.parameters() {
            let segments: Vec<&str> = parameter.name.split('.').collect();
            let mut pairs = segments.iter().zip(&typed_segments);
            let fits = pairs.all(|(known, typed)| known == typed || is_placeholder(known) && is_index(typed));
            let Some(next) = segments.get(typed_segments.len()).filter(|_| fits) else { continue };
            let is_last = segments.len() == typed_segments.len() + 1;
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
        if typed_segments.is_empty() && partial.len() > 1 {
            found.extend(self.containing(&partial.to_lowercase()));
        }
        found
    }

    /// Complete names that contain a word.
    fn containing(&self, word: &str) -> Vec<Candidate<'a>> {
        let parameters = self.schema.parameters().iter();
        let found = parameters
            .filter(|parameter| parameter.name.contains('.') && parameter.name.to_lowercase().contains(word));
        found.take(MAX_FOUND).map(|parameter| self.complete_name(parameter)).collect()
    }

    /// The name of a parameter, with each placeholder replaced by the first index to offer.
    fn complete_name(&self, parameter: &'a Parameter) -> Candidate<'a> {
        let mut text = String::new();
        for segment in parameter.name.split('.') {
            let letter = segment.chars().next().filter(|_| is_placeholder(segment));
            let index = letter.and_then(|letter| self.indices(parameter, letter, &text).into_iter().next());
            text += &format!("{}.", index.as_deref().unwrap_or(segment));
        }
        text.pop();
        Candidate { text, parameter: Some(parameter) }
    }

    /// The indices in use after the head of a name, and the next free index, within the models' limits.
    fn indices(&self, parameter: &Parameter, letter: char, head: &str) -> Vec<String> {
        let (low, high) = parameter.index.get(&letter).copied().unwrap_or((1, u32::MAX));
        let high = high.min(self.limit(head).unwrap_or(u32::MAX));
        let range = self.names.range(head.to_owned()..).take_while(|name| name.starts_with(head));
        let used = range.filter_map(|name| name.get(head.len()..)?.split('.').next()?.parse::<u32>().ok());
        let mut used: BTreeSet<u32> = used.filter(|index| (low..=high).contains(index)).collect();
        let next = used.last().map_or(low, |last| last.saturating_add(1));
        used.extend((low..=high).contains(&next).then_some(next));
        used.into_iter().take(MAX_INDICES).map(|index| index.to_string()).collect()
    }

    /// The largest number of accounts or keys that any of the models supports.
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
