//! Selects phones by MAC, by column, and by the names that people use for them.

use super::columns::{Column, ColumnValues, PhoneKey};
use super::phone_selection::{PhoneSelection, is_glob, named_phone, split_condition};
use super::{Error, FoundPhone, Opened};
use crate::text::mac::{self, Mac};
use crate::text::nearest::nearest;
use crate::tree::resolve::Phone;

/// A condition on the value of a column.
struct Condition {
    text: String,
    column: Column,
    operator: &'static str,
    value: String,
}

/// A selected phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SelectedPhone {
    /// The phone; without a root if only the inventory contains it.
    pub key: PhoneKey,
    /// The MAC that the user named, if the phone has no files of its own and reads only common files.
    pub without_files: Option<Mac>,
}

impl SelectedPhone {
    /// The MAC of the phone, even if it has no files of its own.
    pub fn mac(&self) -> Option<Mac> {
        self.without_files.or(self.key.mac)
    }
}

impl Opened {
    /// The selected phones: first the phones that the user names, in the user's order, then the others by
    /// root and MAC. An empty selection selects all phones that have files of their own. With `listed`,
    /// phones that exist only in the inventory are included.
    ///
    /// # Errors
    /// No phone is selected, or a name applies to several phones.
    pub fn select(&self, selection: &PhoneSelection, listed: bool) -> Result<Vec<SelectedPhone>, Error> {
        let values = ColumnValues::new(self);
        let conditions = self.conditions(&selection.conditions)?;
        let all = values.phones(listed);
        let applies = |phone: PhoneKey| conditions.iter().all(|condition| condition.applies(&values, phone));
        let mut selected: Vec<SelectedPhone> = Vec::new();
        for text in &selection.macs {
            selected.extend(self.select_mac(text, &all, &applies)?);
        }
        let inventory = self.inventory.as_ref().map(|(_, inventory)| inventory);
        for name in &selection.names {
            let mac = named_phone(inventory, name)?;
            selected.extend(self.select_mac(&mac.to_string(), &all, &applies)?);
        }
        if selection.macs.is_empty() && selection.names.is_empty() {
            let phones = all.iter().copied().filter(|phone| applies(*phone));
            selected.extend(phones.map(|key| SelectedPhone { key, without_files: None }));
        }
        let mut seen = rustc_hash::FxHashSet::default();
        selected.retain(|phone| seen.insert((phone.key, phone.without_files)));
        match selected.is_empty() && !selection.is_empty() {
            true => Err(no_match(&values, &all, &conditions)),
            false => Ok(selected),
        }
    }

    /// A selected phone with its files. `None` if only the inventory contains the phone.
    pub fn selected_phone(&self, selected: &SelectedPhone) -> Option<FoundPhone<'_>> {
        let root = &self.workspace.roots[selected.key.root?];
        let phone = Phone::new(&self.workspace, root, selected.key.mac);
        Some(FoundPhone { phone, without_files: selected.without_files })
    }

    /// The phones that match a MAC, a glob, or `any`.
    fn select_mac(
        &self,
        text: &str,
        all: &[PhoneKey],
        applies: &dyn Fn(PhoneKey) -> bool,
    ) -> Result<Vec<SelectedPhone>, Error> {
        let plain = |key: PhoneKey| SelectedPhone { key, without_files: None };
        if is_glob(text) {
            let glob = mac::glob(text);
            let matches = |phone: &PhoneKey| {
                phone.mac.is_some_and(|mac| fast_glob::glob_match(&glob, mac.to_string())) && applies(*phone)
            };
            let found: Vec<SelectedPhone> = all.iter().copied().filter(matches).map(plain).collect();
            return match found.is_empty() {
                true => {
                    Err(Error::NoMatch { condition: format!("--mac `{text}`"), near: near_glob(&glob, all) })
                }
                false => Ok(found),
            };
        }
        let wanted: Option<Mac> = if text == "any" { None } else { Some(text.parse().map_err(Error::Mac)?) };
        let found = all.iter().copied().filter(|phone| wanted.is_some() && phone.mac == wanted);
        let found: Vec<PhoneKey> = found.collect();
        if let [phone] = found.as_slice() {
            return Ok(if applies(*phone) { vec![plain(*phone)] } else { Vec::new() });
        }
        let fitting: Vec<PhoneKey> = found.iter().copied().filter(|phone| applies(*phone)).collect();
        match fitting.as_slice() {
            [phone] => return Ok(vec![plain(*phone)]),
            [] if !found.is_empty() => return Ok(Vec::new()),
            _ => {}
        }
        let FoundPhone { phone, without_files } = self.phone(text)?;
        let root = self.workspace.roots.iter().position(|root| root.path == phone.root.path);
        let key = PhoneKey { root, mac: phone.mac };
        Ok(if applies(PhoneKey { root, mac: wanted }) {
            vec![SelectedPhone { key, without_files }]
        } else {
            Vec::new()
        })
    }

    /// Parses the conditions. A part without an operator continues the previous value, which contains a
    /// comma.
    fn conditions(&self, texts: &[String]) -> Result<Vec<Condition>, Error> {
        let mut conditions: Vec<Condition> = Vec::new();
        for text in texts {
            let first = conditions.len();
            for part in text.split(',') {
                match (split_condition(part), conditions.get_mut(first..).and_then(<[Condition]>::last_mut)) {
                    (Some((name, operator, value)), _) => conditions.push(Condition {
                        text: part.trim().to_owned(),
                        column: self.column(name)?,
                        operator,
                        value: value.to_owned(),
                    }),
                    (None, Some(last)) => {
                        last.value = format!("{},{}", last.value, part.trim_end());
                        last.text = format!("{},{}", last.text, part.trim_end());
                    }
                    (None, None) => return Err(Error::Condition(part.to_owned())),
                }
            }
        }
        for condition in conditions.iter_mut().filter(|condition| condition.column == Column::Model) {
            // Models have several spellings.
            if let Ok(model) = self.schema.find_model(&condition.value) {
                condition.value.clone_from(&model.name);
            }
        }
        for condition in conditions.iter_mut().filter(|condition| condition.column == Column::Mac) {
            condition.value = mac::glob(&condition.value);
        }
        Ok(conditions)
    }
}

impl Condition {
    fn applies(&self, values: &ColumnValues<'_>, phone: PhoneKey) -> bool {
        let value = values.value(phone, &self.column);
        match self.operator {
            "=" => value == self.value,
            "!=" => value != self.value,
            _ => matches_text(&self.value, &value),
        }
    }
}

/// Whether a glob matches a text. Unlike in paths, `*` also matches `/`.
fn matches_text(glob: &str, text: &str) -> bool {
    let [glob, text] = [glob, text].map(|text| text.replace('/', "\u{1}"));
    fast_glob::glob_match(glob, text)
}

/// The error for conditions that no phone meets. Names the first condition that matches no phone on its own.
fn no_match(values: &ColumnValues<'_>, all: &[PhoneKey], conditions: &[Condition]) -> Error {
    let fruitless =
        conditions.iter().find(|condition| !all.iter().any(|phone| condition.applies(values, *phone)));
    let Some(condition) = fruitless else {
        let texts: Vec<&str> = conditions.iter().map(|condition| condition.text.as_str()).collect();
        return Error::NoMatch { condition: format!("--where `{}`", texts.join(",")), near: None };
    };
    let known = || all.iter().map(|phone| values.value(*phone, &condition.column).into_owned());
    let wanted = &condition.value;
    let same_letters = known().find(|value| value.to_lowercase() == wanted.to_lowercase());
    let near = same_letters.or_else(|| nearest(wanted, known().filter(|value| !value.is_empty()), 2));
    let near = near.filter(|_| condition.operator == "=");
    Error::NoMatch { condition: format!("--where `{}`", condition.text), near }
}

/// The glob, with its literal prefix replaced by the most similar prefix of a phone's MAC.
fn near_glob(glob: &str, all: &[PhoneKey]) -> Option<String> {
    let (start, rest) = glob.split_at(glob.find(|c: char| !c.is_ascii_alphanumeric())?);
    let macs = all.iter().filter_map(|phone| phone.mac);
    let starts = macs.filter_map(|mac| mac.to_string().get(..start.len()).map(str::to_owned));
    nearest(start, starts, 2).filter(|near| !near.is_empty()).map(|near| near + rest)
}
