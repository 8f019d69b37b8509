//! Phone selections as the user writes them, and the lookup of a phone by its name in the inventory.

use super::Error;
use super::inventory::Inventory;
use crate::text::mac::Mac;
use crate::text::nearest::nearest;

/// The inventory columns that identify a phone, unless `[inventory] identity` lists other columns.
const IDENTITY: [&str; 3] = ["extension", "name", "serial"];

/// The operators of a condition. `!=` comes before `=` because it contains `=`.
const OPERATORS: [&str; 3] = ["!=", "=", "~"];

/// The phones that the user selects: the phones in `macs` and `names`, or all phones if both are empty,
/// restricted to those that meet all conditions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneSelection {
    /// MACs in any spelling, globs, and `any`, which represents a phone without files of its own.
    pub macs: Vec<String>,
    /// `COLUMN=VALUE`, `COLUMN!=VALUE` and `COLUMN~GLOB`, separated by commas.
    pub conditions: Vec<String>,
    /// Phone names, which are cells in the columns that `[inventory] identity` lists.
    pub names: Vec<String>,
}

impl PhoneSelection {
    /// Whether the selection is empty, which means that a command applies to all phones.
    pub fn is_empty(&self) -> bool {
        self.macs.is_empty() && self.conditions.is_empty() && self.names.is_empty()
    }

    /// The MACs, if the selection contains nothing else.
    pub fn plain_macs(&self) -> Option<Vec<Mac>> {
        let is_plain = self.conditions.is_empty() && self.names.is_empty();
        is_plain.then(|| self.macs.iter().map(|mac| mac.parse().ok()).collect())?
    }

    /// The MACs to request from a server that does not list its files, and `any`. Empty if conditions or
    /// globs select among all phones in the inventory.
    pub fn requested_macs(&self, inventory: Option<&Inventory>) -> Result<Vec<String>, Error> {
        let mut macs: Vec<String> = self.macs.clone();
        for name in &self.names {
            macs.push(named_phone(inventory, name)?.to_string());
        }
        let is_open = macs.iter().any(|mac| is_glob(mac)) || macs.is_empty() && !self.conditions.is_empty();
        Ok(if is_open { Vec::new() } else { macs })
    }
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

/// Whether a text contains glob wildcards.
pub fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// The inventory columns that identify a phone.
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

/// The phone with this extension, name or serial number in the inventory.
pub fn named_phone(inventory: Option<&Inventory>, name: &str) -> Result<Mac, Error> {
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
    }
}
