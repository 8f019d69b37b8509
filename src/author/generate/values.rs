//! What a template sees of a row: its cells by the names of their columns. A cell that would begin a line of its own is never
//! handed out, and is remembered where a template asks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use crate::text::nearest::nearest;
use minijinja::value::{Object, ObjectRepr, Value};

use crate::author::error::Error;
use crate::project::inventory::template_name;

/// The columns of a spreadsheet by the names that templates know them by.
#[derive(Debug, Default)]
pub struct Names {
    by_name: BTreeMap<String, usize>,
}

impl Names {
    /// Names the columns; those without a name are nobody's.
    ///
    /// # Errors
    /// Two columns have one name, or a name means something else.
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

    /// The number of a column, from 0.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The name that is nearly this one.
    pub fn near(&self, name: &str) -> Option<&str> {
        nearest(&name.to_lowercase(), self.by_name.keys().map(String::as_str), 2)
    }
}

/// The cells of a row, and what else is known by a name.
#[derive(Debug)]
pub struct Cells {
    names: Arc<Names>,
    texts: Vec<Option<String>>,
    others: BTreeMap<&'static str, Value>,
    refused: Mutex<BTreeSet<usize>>,
}

impl Cells {
    /// The cells by the order of their columns; what is none is not known to a template. The others come first.
    pub fn new(names: Arc<Names>, texts: Vec<Option<String>>, others: BTreeMap<&'static str, Value>) -> Self {
        Self { names, texts, others, refused: Mutex::default() }
    }

    /// The columns, from 0, whose cell was asked for and cannot stand in one line.
    pub fn refused(&self) -> BTreeSet<usize> {
        self.refused.lock().map(|refused| refused.clone()).unwrap_or_default()
    }

    /// What stands in a column.
    pub fn text(&self, name: &str) -> String {
        let value = self.get_named(name);
        value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn get_named(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.others.get(name) {
            return Some(value.clone());
        }
        let at = self.names.position(name)?;
        let cell = self.texts.get(at)?.as_deref()?;
        if !cell.contains(breaks_a_line) {
            return Some(Value::from(cell));
        }
        if let Ok(mut refused) = self.refused.lock() {
            refused.insert(at);
        }
        Some(Value::from(cell.replace(breaks_a_line, " ")))
    }
}

/// Whether a character ends a line to anybody, or is none that can be seen.
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

    #[test]
    fn columns_have_names_that_templates_can_say() {
        for (column, name) in
            [("Site", "site"), ("First Name", "first_name"), ("2nd-line", "_2nd_line"), ("Tür", "t_r")]
        {
            assert_eq!(template_name(column), name);
        }
        let names = |columns: &[&str]| {
            let columns: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
            Names::new(&columns, &["env"])
        };
        assert_eq!(names(&["mac", "", "A b", ""]).unwrap().position("a_b"), Some(2));
        assert!(names(&["a b", "a-b"]).unwrap_err().to_string().contains("both `a_b`"));
        assert!(names(&["Env"]).is_err());
        assert_eq!(names(&["extension"]).unwrap().near("exension"), Some("extension"));
    }
}
