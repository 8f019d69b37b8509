//! Why a file cannot be written, or not be edited.

/// Why a file cannot be written, or not be edited. Callers match on the variants; their text is what the command line
/// prints.
#[allow(missing_docs)] // of fields, whose names say what they are
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A setting cannot be added to the file.
    #[error("`{path}` cannot be changed: {reason}")]
    NotChanged { path: String, reason: String },
    /// The edit adds or removes phones.
    #[error("it would change which phones there are")]
    OtherPhones,
    /// The edit changes the value of another parameter.
    #[error("it would change `{0}` too")]
    OtherParameter(String),

    /// The path of a template contains `{{` without `}}`.
    #[error("`{0}`: `{{{{` is not closed by `}}}}`")]
    OpenBraces(String),
    /// The path of a template contains something other than the name of a column between the braces.
    #[error(
        "`{0}`: between `{{{{` and `}}}}` stands no name of a column; write it as in a template, and nothing else"
    )]
    NoColumnName(String),
    /// The file that a template writes is none that phones request.
    #[error(
        "`{0}`: what is written ends in .boot, .cfg or .xml: name the template `phone.cfg.j2`, or write \
         OUTPUT=TEMPLATE"
    )]
    OutputName(String),
    /// `OUTPUT=` without a template.
    #[error("`{0}`: no template stands behind `=`")]
    NoTemplate(String),
    /// The name of a column has another meaning in templates.
    #[error("row 1: the column `{0}` has a name that means something else in a template: give it another")]
    ReservedColumn(String),
    /// Two columns have one name in templates.
    #[error(
        "row 1: the columns `{first}` and `{second}` are both `{name}` to a template: give one another name"
    )]
    SameColumn { first: String, second: String, name: String },
    /// The cell of a column cannot be part of the name of a file.
    #[error("column `{column}`: {fault}")]
    Cell { column: String, fault: NameFault },
    /// The path cannot be that of a file.
    #[error("`{path}` is no name for a file: {fault}")]
    FileName { path: String, fault: NameFault },

    /// The example of `init` has an error.
    #[error("{0}")]
    Example(String),
}

/// Why a text cannot be, or not be part of, the name of a file on every system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// The cell of a column is empty.
    #[error("it is empty, and a file's name needs it")]
    EmptyCell,
    /// The path is empty.
    #[error("it is empty")]
    Empty,
    /// The path contains an empty name.
    #[error("a `/` begins it, ends it, or follows another")]
    EmptyName,
    /// A name begins with a dot.
    #[error("a name in it begins with a dot")]
    DotFirst,
    /// A name ends with a character that Windows ignores.
    #[error("a name in it ends in a dot or a blank")]
    DotOrBlankLast,
    /// A name begins with a space.
    #[error("a name in it begins with a blank")]
    BlankFirst,
    /// A character is not allowed on every system.
    #[error("it holds a character that a file's name may not have")]
    Character,
    /// A name is that of a device on Windows.
    #[error("a name in it is that of a device to Windows")]
    Device,
    /// A name is too long.
    #[error("a name in it is longer than 200 bytes")]
    TooLong,
}
