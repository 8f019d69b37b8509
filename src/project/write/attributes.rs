//! The owner, permissions and extended attributes of files that fvprov replaces.

use std::fs::{File, Metadata};
use std::path::Path;

use super::file_identity::FileIdentity;

/// Checks that a file may be replaced. `may_be_shared` allows several names (hard links).
///
/// # Errors
/// The reason why the file may not be replaced, for a message.
pub fn check(path: &Path, before: &Metadata, may_be_shared: bool) -> Result<(), String> {
    if before.permissions().readonly() {
        return Err("it is read-only: make it writable first".into());
    }
    let names = FileIdentity::from_path(path).map_or(1, |found| found.names);
    if names > 1 && !may_be_shared {
        return Err(format!(
            "it has {names} names (hard links), and the other names would keep the old content: remove them, or replace \
             them with symbolic links"
        ));
    }
    // On Windows, only renaming the new file shows whether this user may do it.
    #[cfg(unix)]
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK)
        .map_err(|error| crate::net::os_message(&error.into()))?;
    Ok(())
}

/// Copies the owner and group of a replaced file to the new file.
#[cfg(unix)]
pub fn keep_owner(before: &Metadata, file: &File) -> Result<(), String> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let now = file.metadata().map_err(|error| crate::net::os_message(&error))?;
    let owner = Some(before.uid()).filter(|uid| *uid != now.uid());
    let group = Some(before.gid()).filter(|gid| *gid != now.gid());
    if owner.is_none() && group.is_none() {
        return Ok(());
    }
    fchown(file, owner, group).map_err(|_| {
        format!(
            "it belongs to user {} and group {}, which this user cannot assign to the new file: run fvprov as that user or as root",
            before.uid(),
            before.gid()
        )
    })
}

#[cfg(not(unix))]
pub fn keep_owner(_: &Metadata, _: &File) -> Result<(), String> {
    Ok(())
}

/// The user who owns a file, for messages. `None` if the current user owns the file, or if the owner is
/// unknown.
#[cfg(unix)]
pub fn owner(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;

    let id = std::fs::metadata(path).ok()?.uid();
    if id == rustix::process::geteuid().as_raw() {
        return None;
    }
    // `root:x:0:0:root:/root:/bin/bash`
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mut users = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let user = users.find(|user| user.get(2).is_some_and(|number| number.parse() == Ok(id)));
    Some(user.map_or_else(|| format!("the user with the ID {id}"), |user| format!("the user `{}`", user[0])))
}

#[cfg(not(unix))]
pub fn owner(_: &Path) -> Option<String> {
    None
}

/// Copies the permissions and extended attributes of the replaced file at `path` to the new file.
pub fn keep_permissions(path: &Path, before: &Metadata, file: &File) -> Result<(), String> {
    file.set_permissions(before.permissions()).map_err(|error| crate::net::os_message(&error))?;
    copy_attributes(path, file)
}

/// The extended attribute that contains an access control list.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
const ACL: &[u8] = b"system.posix_acl_access";

/// Copies extended attributes. Attributes that this user may not set are skipped, except access control
/// lists.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn copy_attributes(path: &Path, file: &File) -> Result<(), String> {
    use rustix::fs::{XattrFlags, fremovexattr, fsetxattr, getxattr, listxattr};

    let mut names = vec![0; 64 << 10];
    let Ok(length) = listxattr(path, names.as_mut_slice()) else { return Ok(()) };
    let names: Vec<&[u8]> =
        names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty()).collect();
    if !names.contains(&ACL) {
        // The new file may have inherited a default list from its directory.
        let _ = fremovexattr(file, ACL);
    }
    let mut value = vec![0; 64 << 10];
    for name in names {
        let copied = getxattr(path, name, value.as_mut_slice())
            .and_then(|length| fsetxattr(file, name, &value[..length], XattrFlags::empty()));
        if copied.is_err() && name == ACL {
            return Err(
                "its access control list cannot be preserved: run fvprov as its owner or as root".into()
            );
        }
    }
    Ok(())
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn copy_attributes(_: &Path, _: &File) -> Result<(), String> {
    Ok(())
}
