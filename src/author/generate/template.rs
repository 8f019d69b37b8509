//! Templates, and the names of the files that they write.

use std::sync::Arc;

use super::pattern::Pattern;
use crate::author::error::Error;

/// Extensions of the files that templates may write.
const EXTENSIONS: [&str; 3] = [".boot", ".cfg", ".xml"];

/// Reads the text of a template; `None` if it does not exist.
pub type ReadTemplate = Arc<dyn Fn(&str) -> Result<Option<String>, String> + Send + Sync>;

/// A template and its output file.
#[derive(Clone, Debug)]
pub struct Template {
    /// The output file, relative to the output directory.
    pub output: Pattern,
    /// The path of the template.
    pub path: Pattern,
    /// The argument as the user wrote it, for messages.
    pub argument: String,
}

impl Template {
    /// Parses `TEMPLATE` or `OUTPUT=TEMPLATE`, which may contain columns as `{{column}}`. The default
    /// output is `{{mac}}` with the extension of the template before `.j2`.
    ///
    /// # Errors
    /// The text is invalid.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (output, path) = if let Some((output, path)) = text.split_once('=') {
            (output.trim().to_owned(), path.trim())
        } else {
            let name = text.strip_suffix(".j2").unwrap_or(text);
            let extension = name.rfind('.').map_or("", |at| &name[at..]);
            (format!("{{{{mac}}}}{extension}"), text)
        };
        if !EXTENSIONS.iter().any(|extension| output.ends_with(extension)) {
            return Err(Error::OutputName(text.to_owned()));
        }
        if path.is_empty() {
            return Err(Error::NoTemplate(text.to_owned()));
        }
        Ok(Self { output: Pattern::parse(&output)?, path: Pattern::parse(path)?, argument: text.into() })
    }
}
