//! The conversion of line endings when git checks out a file.

use std::path::Path;

use super::git_command::{git, text};
use crate::text::path::slashes;

/// Whether git stores a file with LF line endings, and the file in the working tree has CRLF. False outside a repository.
pub fn converts_line_endings(file: &Path) -> bool {
    let (Some(directory), Some(name)) = (file.parent(), file.file_name().and_then(|name| name.to_str()))
    else {
        return false;
    };
    // `i/lf    w/crlf  attr/                 	sites/berlin.cfg`
    let listed = git(Path::new(&slashes(directory)), &["ls-files", "--eol", "--", name]).unwrap_or_default();
    let listed = text(&listed);
    let mut words = listed.split_whitespace();
    words.next() == Some("i/lf") && words.next() == Some("w/crlf")
}
