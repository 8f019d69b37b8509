//! Errors in the inventory: in the header row or in a phone's row.

use crate::catalogue::UnknownModel;
use crate::text::mac::Mac;
use crate::text::nearest::did_you_mean;
use crate::text::source::Span;

/// An error in the first row, which prevents all rows from being read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// There is no column `mac`; `near` probably contains the MACs.
    #[error("row 1: there is no column `mac`{}; {}", list(columns), map_or_rename(near.as_deref()))]
    #[allow(missing_docs)] // the names of the fields are clear
    NoMacColumn { columns: Vec<String>, near: Option<String> },
    /// The first row describes a phone instead of the columns. The cells in this row may be secrets.
    #[error("row 1 contains a MAC instead of column names: add a first row with column names")]
    NoHeader,
    /// `[inventory] columns` names a column that does not exist.
    #[error("row 1: there is no column `{header}`, which `[inventory] columns` names for `{name}`{}{}", list(columns), did_you_mean(near.as_slice()))]
    #[allow(missing_docs)] // the names of the fields are clear
    NoMappedColumn { name: String, header: String, columns: Vec<String>, near: Option<String> },
    /// `[inventory] columns` maps a column to a name that another column already has.
    #[error(
        "row 1: `[inventory] columns` maps `{header}` to `{name}`, but there is also a column `{name}`: rename one of them, or remove the mapping"
    )]
    #[allow(missing_docs)] // the names of the fields are clear
    NameTaken { name: String, header: String },
    /// A column occurs twice.
    #[error("row 1: the column `{0}` occurs twice")]
    ColumnTwice(String),
}

/// An error in a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row}{}: {fault}", column(fault))]
pub struct Problem {
    /// The row number in a spreadsheet, counted from 1.
    pub row: usize,
    /// The span of the cell, or of the row's first line.
    pub at: Span,
    /// What is wrong.
    pub fault: RowFault,
}

/// The error in a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // the names of the fields are clear
pub enum RowFault {
    /// The row is not valid CSV. Neither this row nor any row below it is read.
    #[error("{0}")]
    NotCsv(String),
    /// The row has no MAC.
    #[error("it is empty")]
    NoMac,
    /// The cell in the `mac` column is not a MAC.
    #[error("`{cell}` is not a MAC address{}", if *is_number { AS_TEXT } else { "" })]
    NotMac { cell: String, is_number: bool },
    /// An earlier row has the same MAC.
    #[error("the phone {mac} is already in row {first}: remove one of them")]
    PhoneTwice { mac: Mac, first: usize },
    /// A spreadsheet changed the model. The row is read without the model.
    #[error(
        "`{0}` is not a model: a spreadsheet replaced the cell's text; enter the model again, and format the column as text"
    )]
    DamagedModel(String),
    /// The catalogue does not contain the model. The row is read without the model.
    #[error("{0}")]
    UnknownModel(UnknownModel),
}

/// Appended to the message if a spreadsheet converted the MAC to a number.
const AS_TEXT: &str = ": the spreadsheet converted it to a number; format the column as text";

/// Maximum number of columns that an error message lists.
const MOST_LISTED: usize = 20;

fn column(fault: &RowFault) -> &'static str {
    match fault {
        RowFault::NoMac | RowFault::NotMac { .. } => ", column `mac`",
        RowFault::UnknownModel(_) | RowFault::DamagedModel(_) => ", column `model`",
        RowFault::NotCsv(_) | RowFault::PhoneTwice { .. } => "",
    }
}

fn list(columns: &[String]) -> String {
    let mut names: Vec<String> = columns.iter().take(MOST_LISTED).map(|name| format!("`{name}`")).collect();
    if columns.len() > MOST_LISTED {
        names.push("…".into());
    }
    match columns {
        [] => String::new(),
        [_] => format!("; the only column is {}", names.concat()),
        _ => format!("; the columns are {}", names.join(", ")),
    }
}

fn map_or_rename(near: Option<&str>) -> String {
    match near {
        Some(near) => format!(
            "if `{near}` contains the MACs, set `[inventory] columns = {{ mac = \"{near}\" }}` in fvprov.toml, or rename \
             the column"
        ),
        None => "rename the column that contains the MACs to `mac`".into(),
    }
}

impl HeaderError {
    /// The error without column names, for a list that may contain secrets in its first row.
    pub fn without_names(&self) -> &'static str {
        match self {
            Self::NoMacColumn { .. } | Self::NoMappedColumn { .. } | Self::NoHeader => {
                "row 1: there is no column `mac`"
            }
            Self::NameTaken { .. } => {
                "row 1: `[inventory] columns` maps a column to the name of another column"
            }
            Self::ColumnTwice(_) => "row 1: a column occurs twice",
        }
    }
}
