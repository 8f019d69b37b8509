//! Staged files: the new content of a file, stored next to the file with the same owner and permissions.

use std::fs::Metadata;
use std::io::{self, Write};
use std::path::Path;

use tempfile::TempPath;

use super::attributes;
use super::cleanup::pending;
use super::fault::step;
use crate::net::os_message;
use crate::text::path::STAGED_NAME;

/// A staged file. The file is removed on drop, and on SIGINT, SIGTERM and SIGHUP.
pub struct Staged {
    pub temporary: TempPath,
}

impl Staged {
    /// Writes the new content of `target`. `before` is the metadata of the existing file, if there is one.
    ///
    /// # Errors
    /// The reason, for a message.
    pub fn create(target: &Path, before: Option<&Metadata>, text: &[u8], sync: bool) -> Result<Self, String> {
        let directory = target.parent().unwrap_or(Path::new("/"));
        let mut builder = tempfile::Builder::new();
        builder.prefix(STAGED_NAME.0).suffix(STAGED_NAME.1).rand_bytes(12);
        #[cfg(unix)]
        if before.is_none() {
            use std::os::unix::fs::PermissionsExt;

            // The system clears the bits that the umask contains.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        // Signals are deferred until the file is registered.
        let mut pending = pending();
        let created = builder.tempfile_in(directory).map_err(|error| no_new_file(&error))?;
        let (mut file, temporary) = created.into_parts();
        pending.files.insert(temporary.to_path_buf());
        drop(pending);
        let staged = Self { temporary };
        step();
        // The file remains private until it has its final content and owner.
        if let Some(before) = before {
            attributes::keep_owner(before, &file)?;
        }
        file.write_all(text).map_err(|error| os_message(&error))?;
        if let Some(before) = before {
            attributes::keep_permissions(target, before, &file)?;
        }
        if sync {
            file.sync_all().map_err(|error| os_message(&error))?;
        }
        step();
        Ok(staged)
    }
}

fn no_new_file(error: &io::Error) -> String {
    format!("no new file can be created in its directory: {}", os_message(error))
}
