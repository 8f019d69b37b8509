//! Files that editors and copy programs create next to a file while they work on it.

/// The program that temporarily creates a file or directory with this name. `None` for all other names.
pub fn creator(name: &str) -> Option<&'static str> {
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
    if hidden.is_some_and(|name| name.starts_with("goutputstream-")) {
        return Some("gedit");
    }
    let (stem, extension) = hidden?.rsplit_once('.')?;
    match extension.as_bytes() {
        // Vim counts down from .swp if another session has the file open.
        [b's', b'w' | b'v', b'a'..=b'z'] if !stem.is_empty() => Some("Vim"),
        b"kate-swp" => Some("Kate"),
        b"tmp" if is_ours(stem) => Some("fvprov"),
        _ => None,
    }
}

/// `NAME.XXXXXX`, which rsync writes before it renames the file.
fn is_rsync(name: &str) -> bool {
    let Some((stem, random)) = name.rsplit_once('.') else { return false };
    let is_random = random.len() == 6 && random.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_random && [".cfg", ".boot", ".xml", ".csv"].iter().any(|extension| stem.ends_with(extension))
}

/// `NAME.PID`, which fvprov writes before it renames the file.
fn is_ours(stem: &str) -> bool {
    stem.rsplit_once('.')
        .is_some_and(|(_, pid)| !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit()))
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
        ] {
            assert_eq!(creator(name), Some(program), "{name}");
        }
        for name in
            ["a.cfg", ".a.cfg", "a.cfg.bak", "a.cfg~", ".swp", "#", "##", ".gitignore", "a.swp", ".a.tmp"]
        {
            assert_eq!(creator(name), None, "{name}");
        }
    }
}
