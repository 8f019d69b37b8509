//! Selects phones by MAC, by column, and by the names that people use for them.

use super::columns::{Column, ColumnValues, PhoneKey};
use super::inventory::Inventory;
use super::{Error, FoundPhone, Opened};
use crate::text::mac::{self, Mac};
use crate::text::nearest::nearest;
use crate::tree::resolve::Phone;

/// The columns of the inventory that name a phone, unless `[inventory] identity` lists others.
const IDENTITY: [&str; 3] = ["extension", "name", "serial"];

/// The operators of a condition. `!=` precedes `=`, which it contains.
const OPERATORS: [&str; 3] = ["!=", "=", "~"];

/// The phones that the user selects: those that `macs` or `names` name, or all phones, as far as all conditions apply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneSelection {
    /// MACs in any spelling, globs, and `any`, a phone without files of its own.
    pub macs: Vec<String>,
    /// `COLUMN=VALUE`, `COLUMN!=VALUE` and `COLUMN~GLOB`, separated by commas.
    pub conditions: Vec<String>,
    /// Texts that a column of `[inventory] identity` contains.
    pub names: Vec<String>,
}

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

impl PhoneSelection {
    /// Whether nothing is selected, so that a command applies to all phones.
    pub fn is_empty(&self) -> bool {
        self.macs.is_empty() && self.conditions.is_empty() && self.names.is_empty()
    }

    /// The MACs, if the selection consists of nothing else.
    pub fn plain_macs(&self) -> Option<Vec<Mac>> {
        let is_plain = self.conditions.is_empty() && self.names.is_empty();
        is_plain.then(|| self.macs.iter().map(|mac| mac.parse().ok()).collect())?
    }

    /// The MACs to request from a server that does not list its files, and `any`. Empty if the conditions or globs
    /// apply to all phones of the inventory.
    pub fn requested_macs(&self, inventory: Option<&Inventory>) -> Result<Vec<String>, Error> {
        let mut macs: Vec<String> = self.macs.clone();
        for name in &self.names {
            macs.push(named_phone(inventory, name)?.to_string());
        }
        let is_open = macs.iter().any(|mac| is_glob(mac)) || macs.is_empty() && !self.conditions.is_empty();
        Ok(if is_open { Vec::new() } else { macs })
    }
}

impl Opened {
    /// The selected phones: those that the user names in their order, then others by root and MAC. An empty selection
    /// selects all phones that have files of their own. With `listed`, a phone may exist only in the inventory.
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

    /// The phones of a MAC, a glob, or `any`.
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

    /// Parses the conditions. A part without an operator belongs to the value before it, which contains a comma.
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
                        last.value = format!("{},{part}", last.value).trim_end().to_owned();
                        last.text = format!("{},{part}", last.text).trim_end().to_owned();
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

/// The column, the operator, and the value of a condition.
pub fn split_condition(text: &str) -> Option<(&str, &'static str, &str)> {
    let at = text.find(['=', '~'])?;
    let operator = OPERATORS.into_iter().find(|operator| {
        let start = if *operator == "!=" { at.checked_sub(1) } else { Some(at) };
        start.and_then(|start| text.get(start..)).is_some_and(|rest| rest.starts_with(operator))
    })?;
    let (name, value) = text.split_once(operator)?;
    Some((name.trim(), operator, value.trim())).filter(|(name, ..)| !name.is_empty())
}

/// Whether a text contains wildcards of globs.
fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// The columns of the inventory that name a phone.
pub fn identity_columns(inventory: &Inventory) -> Result<Vec<&str>, Error> {
    let is_column =
        |name: &str| inventory.columns.iter().any(|column| column.to_lowercase() == name.to_lowercase());
    if let Some(missing) = inventory.identity.iter().find(|name| !is_column(name)) {
        let columns = inventory.columns.iter().filter(|name| !name.is_empty()).cloned().collect();
        return Err(Error::NoIdentityColumn { name: missing.clone(), columns });
    }
    Ok(match inventory.identity.is_empty() {
        false => inventory.identity.iter().map(String::as_str).collect(),
        true => IDENTITY.into_iter().filter(|name| is_column(name)).collect(),
    })
}

/// The phone that an extension, a name or a serial number names.
fn named_phone(inventory: Option<&Inventory>, name: &str) -> Result<Mac, Error> {
    let Some(inventory) = inventory else { return Err(Error::NoInventory { name: name.to_owned() }) };
    let columns = identity_columns(inventory)?;
    if columns.is_empty() {
        let columns = inventory.columns.iter().filter(|name| !name.is_empty()).cloned().collect();
        return Err(Error::NoIdentity { name: name.to_owned(), columns });
    }
    let cells = || {
        let rows = inventory.rows.iter();
        rows.flat_map(|row| {
            columns.iter().filter_map(move |column| Some((row, *column, inventory.value(row, column)?)))
        })
    };
    let wanted = name.trim().to_lowercase();
    let mut found: Vec<_> = cells().filter(|(.., cell)| cell.to_lowercase() == wanted).collect();
    found.dedup_by_key(|(row, ..)| row.mac);
    match found.as_slice() {
        [(row, ..)] => Ok(row.mac),
        [] => {
            let near = nearest(name, cells().map(|(.., cell)| cell), 2).map(str::to_owned);
            let columns = columns.into_iter().map(str::to_owned).collect();
            Err(Error::NoName { name: name.to_owned(), columns, near })
        }
        several => {
            let phones = several.iter().map(|(row, column, cell)| format!("{} ({column} `{cell}`)", row.mac));
            Err(Error::SeveralPhones { name: name.to_owned(), phones: phones.collect() })
        }
    }
}

/// The error for conditions that no phone fulfills: names the first one that alone selects nothing.
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

/// The glob with the nearest beginning that a phone has.
fn near_glob(glob: &str, all: &[PhoneKey]) -> Option<String> {
    let (start, rest) = glob.split_at(glob.find(|c: char| !c.is_ascii_alphanumeric())?);
    let macs = all.iter().filter_map(|phone| phone.mac);
    let starts = macs.filter_map(|mac| mac.to_string().get(..start.len()).map(str::to_owned));
    nearest(start, starts, 2).filter(|near| !near.is_empty()).map(|near| near + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_have_a_column_an_operator_and_a_value() {
        for (text, parts) in [
            ("site=Köln", Some(("site", "=", "Köln"))),
            (" site != Köln ", Some(("site", "!=", "Köln"))),
            ("name~A=*", Some(("name", "~", "A=*"))),
            ("a=b!=c", Some(("a", "=", "b!=c"))),
            ("note=", Some(("note", "=", ""))),
            ("=x", None),
            ("Köln", None),
        ] {
            assert_eq!(split_condition(text), parts, "{text}");
        }
        assert!(matches_text("*Hof", "Lager/Hof"));
    }
}
