//! The template variables for a row: its cells by column name. Line breaks in a cell are replaced with
//! spaces. If a template uses a cell that contains a line break or that a spreadsheet damaged, the cell's
//! column is recorded as refused.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use minijinja::value::{Object, ObjectRepr, Value};

use crate::author::error::Error;
use crate::project::inventory::template_name;
use crate::project::write::hash;
use crate::text::mac::Mac;
use crate::text::nearest::nearest;
use crate::text::spreadsheet::{is_changed_text, is_damaged_cell};
use crate::text::unknown_secret::stand_in;

/// The columns of a spreadsheet, by their names in templates.
#[derive(Debug, Default)]
pub struct Names {
    by_name: BTreeMap<String, usize>,
}

impl Names {
    /// Indexes the columns. Columns without a name are skipped.
    ///
    /// # Errors
    /// Two columns have the same name, or a name is reserved.
    pub fn new(columns: &[String], reserved: &[&str]) -> Result<Self, Error> {
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        for (at, column) in columns.iter().enumerate().filter(|(_, column)| !column.is_empty()) {
            let name = template_name(column);
            if reserved.contains(&name.as_str()) {
                return Err(Error::ReservedColumn(column.clone()));
            }
            if let Some(other) = by_name.insert(name.clone(), at) {
                let (first, second) = (columns[other].clone(), column.clone());
                return Err(Error::SameColumn { first, second, name });
            }
        }
        Ok(Self { by_name })
    }

    /// The index of a column, from 0.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The most similar name.
    pub fn near(&self, name: &str) -> Option<&str> {
        nearest(&name.to_lowercase(), self.by_name.keys().map(String::as_str), 2)
    }
}

/// The variables for a row: its cells, and other variables.
#[derive(Debug)]
pub struct Cells {
    names: Arc<Names>,
    texts: Vec<Option<String>>,
    others: BTreeMap<&'static str, Value>,
    refused: Mutex<BTreeMap<usize, String>>,
    /// The used columns (from 0) whose cells a spreadsheet may have changed.
    changed: Mutex<BTreeSet<usize>>,
    stand_ins: Option<StandIns>,
    unknown: Mutex<BTreeSet<String>>,
}

/// Stand-ins for a phone's unknown cells.
#[derive(Clone, Copy, Debug)]
pub struct StandIns {
    /// The phone.
    pub mac: Mac,
    /// Whether names that are not columns are also unknown.
    pub all_names: bool,
}

impl StandIns {
    fn value(self, column: &str) -> String {
        stand_in(&hash(format!("{} {column}", self.mac).as_bytes()))
    }
}

impl Cells {
    /// Creates the variables from cells in column order. A cell that is `None` is undefined in templates.
    /// `others` override cells with the same name.
    pub fn new(names: Arc<Names>, texts: Vec<Option<String>>, others: BTreeMap<&'static str, Value>) -> Self {
        Self {
            names,
            texts,
            others,
            refused: Mutex::default(),
            changed: Mutex::default(),
            stand_ins: None,
            unknown: Mutex::default(),
        }
    }

    /// The same variables with a stand-in for each undefined cell.
    #[must_use]
    pub fn with_stand_ins(self, stand_ins: StandIns) -> Self {
        Self { stand_ins: Some(stand_ins), ..self }
    }

    /// The used columns (from 0) whose cells are refused, each with the reason.
    pub fn refused(&self) -> BTreeMap<usize, String> {
        self.refused.lock().map(|refused| refused.clone()).unwrap_or_default()
    }

    /// The used names that stand-ins represent.
    pub fn unknown(&self) -> BTreeSet<String> {
        self.unknown.lock().map(|unknown| unknown.clone()).unwrap_or_default()
    }

    /// Refuses the cell in a column (from 0).
    pub fn refuse(&self, at: usize, why: String) {
        if let Ok(mut refused) = self.refused.lock() {
            refused.insert(at, why);
        }
    }

    /// The cells that a template used and a spreadsheet may have changed, by column (from 0).
    pub fn changed(&self) -> BTreeMap<usize, String> {
        let changed = self.changed.lock().map(|changed| changed.clone()).unwrap_or_default();
        changed.into_iter().filter_map(|at| Some((at, self.texts.get(at)?.clone()?))).collect()
    }

    /// The content of a column; empty if it is undefined.
    pub fn text(&self, name: &str) -> String {
        let value = self.get_named(name);
        value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn get_named(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.others.get(name) {
            return Some(value.clone());
        }
        let at = self.names.position(name);
        let Some((at, cell)) = at.and_then(|at| Some((at, self.texts.get(at)?.as_deref()?))) else {
            let stand_ins = self.stand_ins.filter(|stand_ins| at.is_some() || stand_ins.all_names)?;
            if let Ok(mut unknown) = self.unknown.lock() {
                unknown.insert(name.to_owned());
            }
            return Some(Value::from(stand_ins.value(name)));
        };
        let why = if cell.contains(breaks_a_line) {
            "it contains a line break or another control character: write the value on one line"
        } else if is_damaged_cell(cell) {
            "a spreadsheet changed it: format the column as text, and enter the value again"
        } else {
            if is_changed_text(cell)
                && let Ok(mut changed) = self.changed.lock()
            {
                changed.insert(at);
            }
            return Some(Value::from(cell));
        };
        self.refuse(at, why.to_owned());
        Some(Value::from(cell.replace(breaks_a_line, " ")))
    }
}

/// Whether a character is a control character, or a program may treat it as a line break.
fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

impl Object for Cells {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_named(key.as_str()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(columns: &[&str]) -> Result<Names, Error> {
        let columns: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
        Names::new(&columns, &["env"])
    }

    #[test]
    fn column_names_are_valid_in_templates() {
        for (column, name) in
            [("Site", "site"), ("First Name", "first_name"), ("2nd-line", "_2nd_line"), ("Tür", "t_r")]
        {
            assert_eq!(template_name(column), name);
        }
        assert_eq!(names(&["mac", "", "A b", ""]).unwrap().position("a_b"), Some(2));
        assert!(names(&["a b", "a-b"]).unwrap_err().to_string().contains("both `a_b`"));
        assert!(names(&["Env"]).is_err());
        assert_eq!(names(&["extension"]).unwrap().near("exension"), Some("extension"));
    }
}
