//! Temporary files that editors and copy programs create next to a file, and metadata files that other
//! programs store.

use super::digits::is_digits;

/// Whether a file or directory with this name belongs to version control, an operating system or a file
/// server. Such files are not part of the tree.
pub fn is_metadata(name: &str) -> bool {
    const NAMES: [&str; 22] = [
        ".AppleDB",
        ".AppleDesktop",
        ".AppleDouble",
        ".DS_Store",
        ".Spotlight-V100",
        ".TemporaryItems",
        ".Trashes",
        ".bzr",
        ".directory",
        ".fseventsd",
        ".git",
        ".hg",
        ".snapshot",
        ".stfolder",
        ".stversions",
        ".svn",
        "#recycle",
        "$RECYCLE.BIN",
        "@eaDir",
        "System Volume Information",
        "_darcs",
        "lost+found",
    ];
    const BEGINNINGS: [&str; 5] = ["._", ".Trash-", ".fuse_hidden", ".nfs0", ".smbdelete"];
    const LOWER: [&str; 3] = ["desktop.ini", "thumbs.db", "ehthumbs.db"];
    // The names of most files are MACs.
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        return false;
    }
    NAMES.contains(&name)
        || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
        || LOWER.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The program that temporarily creates a file or directory with this name. `None` for all other names.
pub fn creator(name: &str) -> Option<&'static str> {
    // No beginning is a letter or a digit.
    if name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return by_ending(name);
    }
    let hidden = name.strip_prefix('.');
    if name.starts_with(".#") || (name.len() > 2 && name.starts_with('#') && name.ends_with('#')) {
        return Some("Emacs");
    }
    if name == ".~tmp~" || hidden.is_some_and(is_rsync) {
        return Some("rsync");
    }
    if name.starts_with(".~lock.") && name.ends_with('#') {
        return Some("LibreOffice");
    }
    if let Some((_, program)) = BEGINNINGS.iter().find(|(beginning, _)| name.starts_with(beginning)) {
        return Some(program);
    }
    if let Some(program) = by_ending(name) {
        return Some(program);
    }
    if hidden.is_some_and(is_bsd_sed) {
        return Some("sed");
    }
    if hidden.is_some_and(|name| name.starts_with("in.") && name.len() > 4 && name.ends_with('.')) {
        return Some("ProFTPD");
    }
    let (stem, extension) = hidden?.rsplit_once('.')?;
    match extension.as_bytes() {
        // If another session has the file open, Vim counts down from `.swp`.
        [b's', b'w' | b'v', b'a'..=b'z'] if !stem.is_empty() => Some("Vim"),
        b"kate-swp" => Some("Kate"),
        b"tmp" if is_ours(stem) => Some("fvprov"),
        _ => None,
    }
}

/// Prefixes of the names that programs use for partial files and locks.
const BEGINNINGS: [(&str, &str); 9] = [
    (".goutputstream-", "gedit"),
    (".pureftpd-upload.", "Pure-FTPd"),
    (".syncthing.", "Syncthing"),
    ("~syncthing~", "Syncthing"),
    (".unison.", "Unison"),
    (".ansible_tmp", "Ansible"),
    ("__salt.tmp.", "Salt"),
    (".rsync-", "rsync"),
    ("~$", "Microsoft Office"),
];

/// Suffixes of the names that programs use for partial files and copies.
const ENDINGS: [(&str, &str); 4] = [
    (".filepart", "WinSCP"),
    (".partial", "rclone"),
    ("___jb_tmp___", "an editor of JetBrains"),
    ("___jb_old___", "an editor of JetBrains"),
];

fn by_ending(name: &str) -> Option<&'static str> {
    ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, program)| *program)
}

/// `!PID!NAME`, the name under which sed on macOS and BSD writes a file before renaming it.
fn is_bsd_sed(name: &str) -> bool {
    let process =
        name.strip_prefix('!').and_then(|rest| rest.split_once('!')).map_or("", |(process, _)| process);
    is_digits(process)
}

/// `NAME.XXXXXX`, the name under which rsync writes a file before renaming it.
fn is_rsync(name: &str) -> bool {
    let Some((stem, random)) = name.rsplit_once('.') else { return false };
    let is_random = random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_random && [".cfg", ".boot", ".xml", ".csv"].iter().any(|extension| stem.ends_with(extension))
}

/// `NAME.PID`, the name under which fvprov writes a file before renaming it.
fn is_ours(stem: &str) -> bool {
    stem.rsplit_once('.').is_some_and(|(_, pid)| is_digits(pid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_programs_are_recognized() {
        for (name, program) in [
            (".#0021f2000001.cfg", "Emacs"),
            ("#0021f2000001.cfg#", "Emacs"),
            (".0021f2000001.cfg.swp", "Vim"),
            (".0021f2000001.cfg.swo", "Vim"),
            (".~tmp~", "rsync"),
            (".0021f2000001.cfg.aB3xYz", "rsync"),
            (".~lock.phones.csv#", "LibreOffice"),
            (".goutputstream-AB12CD", "gedit"),
            (".a.cfg.kate-swp", "Kate"),
            (".a.cfg.1234.tmp", "fvprov"),
            (".in.0021f2000001.cfg.", "ProFTPD"),
            (".!1234!0021f2000001.cfg", "sed"),
            (".pureftpd-upload.4711.15.2.abc", "Pure-FTPd"),
            (".syncthing.0021f2000001.cfg.tmp", "Syncthing"),
            (".ansible_tmpab12cd0021f2000001.cfg", "Ansible"),
            ("0021f2000001.cfg.filepart", "WinSCP"),
            ("~$phones.xlsx", "Microsoft Office"),
        ] {
            assert_eq!(creator(name), Some(program), "{name}");
        }
        for name in
            ["a.cfg", ".a.cfg", "a.cfg.bak", "a.cfg~", ".swp", "#", "##", ".gitignore", "a.swp", ".a.tmp"]
        {
            assert_eq!(creator(name), None, "{name}");
        }
    }

    #[test]
    fn metadata_of_other_programs_is_not_part_of_the_tree() {
        for name in [
            ".svn",
            ".hg",
            "._0021f2000001.cfg",
            ".DS_Store",
            "Thumbs.db",
            "@eaDir",
            ".nfs0000000000a3",
            "lost+found",
        ] {
            assert!(is_metadata(name), "{name}");
        }
        for name in
            ["svn", ".0021f2000001.cfg", "_x.cfg", ".htpasswd", "nfs.cfg", ".in.x", ".!x!y", "desktop.cfg"]
        {
            assert!(!is_metadata(name) && creator(name).is_none(), "{name}");
        }
    }
}
