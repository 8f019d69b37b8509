//! Errors that can occur when fvprov creates or edits files.

/// An error that can occur when fvprov creates or edits a file. Callers match on the variants; the command line
/// prints their text.
#[allow(missing_docs)] // the names of the fields are clear
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A setting cannot be added to the file.
    #[error("`{path}` cannot be changed: {reason}")]
    NotChanged { path: String, reason: String },
    /// The edit adds or removes phones.
    #[error("the edit would add or remove phones")]
    OtherPhones,
    /// The edit changes the value of a different parameter.
    #[error("the edit would also change `{0}`")]
    OtherParameter(String),

    /// A template path contains `{{` without `}}`.
    #[error("`{0}`: `}}}}` is missing after `{{{{`")]
    OpenBraces(String),
    /// The braces in a template path contain something other than a column name.
    #[error("`{0}`: only a column name is allowed between `{{{{` and `}}}}`")]
    NoColumnName(String),
    /// A template writes a file that phones do not request.
    #[error(
        "`{0}`: the output must be a .boot, .cfg or .xml file; name the template `phone.cfg.j2`, for example, or use OUTPUT=TEMPLATE"
    )]
    OutputName(String),
    /// No template follows `OUTPUT=`.
    #[error("`{0}`: the template after `=` is missing")]
    NoTemplate(String),
    /// A column has a reserved name.
    #[error("row 1: the column name `{0}` is reserved in templates: rename the column")]
    ReservedColumn(String),
    /// Two columns have the same name in templates.
    #[error("row 1: the columns `{first}` and `{second}` are both `{name}` in templates: rename one of them")]
    SameColumn { first: String, second: String, name: String },
    /// A cell is not valid as part of a file name.
    #[error("column `{column}`: {fault}")]
    Cell { column: String, fault: NameFault },
    /// A path is not valid as a file name.
    #[error("`{path}` is not a valid file name: {fault}")]
    FileName { path: String, fault: NameFault },

    /// The example tree from `init` contains an error.
    #[error("{0}")]
    Example(String),
}

/// The reason why a string is not valid in a file name on all systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// The cell is empty.
    #[error("it is empty, but the file name requires a value")]
    EmptyCell,
    /// The path is empty.
    #[error("it is empty")]
    Empty,
    /// The path contains an empty component.
    #[error("it starts or ends with `/`, or contains `//`")]
    EmptyName,
    /// The name begins with a dot.
    #[error("a path component starts with a dot")]
    DotFirst,
    /// The name ends with a character that Windows ignores.
    #[error("a path component ends with a dot or a space")]
    DotOrBlankLast,
    /// The name begins with a space.
    #[error("a path component starts with a space")]
    BlankFirst,
    /// The name contains a character that is not allowed on all systems.
    #[error("it contains a character that is not allowed in file names")]
    Character,
    /// The name is a device name on Windows.
    #[error("a path component is a device name on Windows")]
    Device,
    /// The name is too long.
    #[error("a path component is longer than 200 bytes")]
    TooLong,
}
