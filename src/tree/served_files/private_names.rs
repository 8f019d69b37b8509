//! Names of files that phones never need.

use crate::tree::names::Kind;

/// Whether a file or directory with this name is never served: dot files, private keys, and copies that editors and
/// package managers make.
pub fn is_private(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_key =
        lower.starts_with("id_rsa") || lower.starts_with("id_ed25519") || lower.starts_with("aeskey");
    lower.starts_with('.')
        || lower == "fvprov.toml"
        || is_key
        || backup_original(&lower).is_some()
        || [".key", ".p12", ".pfx"].iter().any(|ending| lower.ends_with(ending))
}

/// Lists and spreadsheets.
const LISTS: &[&str] = &[
    "csv", "dbf", "dif", "fods", "gnumeric", "ods", "ots", "prn", "slk", "sxc", "tab", "tsv", "wk1", "wks",
    "xla", "xlam", "xlr", "xls", "xlsb", "xlsm", "xlsx", "xlt", "xltm", "xltx", "xlw",
];

/// Documents, which may contain lists.
const DOCUMENTS: &[&str] = &["doc", "docm", "docx", "eml", "fodt", "msg", "odt", "pst", "rtf"];

/// Key stores, keys, and encrypted files.
const KEYS: &[&str] = &[
    "age",
    "asc",
    "bek",
    "bks",
    "der",
    "gpg",
    "jceks",
    "jks",
    "kdb",
    "kdbx",
    "key",
    "keychain",
    "keys",
    "keystore",
    "keytab",
    "kwallet",
    "opvault",
    "p12",
    "p7b",
    "p8",
    "pem",
    "pfx",
    "pgp",
    "pk8",
    "ppk",
    "psafe3",
    "pvk",
    "sops",
    "truststore",
    "vault",
    "wallet",
];

/// Archives and disk images.
const ARCHIVES: &[&str] = &[
    "7z", "ace", "apk", "arj", "bz", "bz2", "bundle", "cab", "cpio", "deb", "dmg", "gz", "iso", "jar", "lha",
    "lrz", "lz", "lz4", "lzh", "lzma", "lzo", "ova", "qcow2", "rar", "rpm", "sit", "squashfs", "tar", "tbz",
    "tbz2", "tgz", "tlz", "txz", "tzst", "vdi", "vhd", "vhdx", "vmdk", "war", "wim", "xz", "zip", "zipx",
    "zst",
];

/// Databases, dumps, and recordings.
const DATABASES: &[&str] = &[
    "accdb", "aof", "bak", "bson", "cap", "db", "db3", "dmp", "dump", "fdb", "frm", "gdb", "hprof", "ibd",
    "ldb", "ldf", "ldif", "mdb", "mdf", "myd", "myi", "pcap", "pcapng", "rdb", "sdf", "sql", "sqlite",
    "sqlite3", "sqlitedb",
];

/// Settings, logs and sources that belong to other programs.
const PROGRAMS: &[&str] = &[
    "conf", "env", "htpasswd", "ini", "j2", "jinja", "jinja2", "log", "netrc", "ovpn", "tfstate", "tfvars",
    "toml", "yaml", "yml",
];

/// Whether `[server] also` skips files with this name: lists, documents, key stores, archives, databases,
/// settings of other programs, copies of any of these files (`phones.csv.2026`), and all private files.
pub(super) fn is_work_file(name: &str) -> bool {
    const KINDS: [&[&str]; 6] = [LISTS, DOCUMENTS, KEYS, ARCHIVES, DATABASES, PROGRAMS];
    let lower = name.to_ascii_lowercase();
    let mut extensions =
        lower.split('.').skip(1).flat_map(|part| part.split(['-', '_', ' ', '(', ')']).take(1));
    is_private(name) || extensions.any(|extension| KINDS.iter().any(|kind| kind.contains(&extension)))
}

/// Whether a name belongs to a list or a spreadsheet.
pub fn is_list(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    LISTS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Whether a name is typical of a list of secrets, ignoring case.
pub(super) fn is_secrets_list(name: &str) -> bool {
    const STEMS: [&str; 10] = [
        "secret",
        "secrets",
        "password",
        "passwords",
        "passwd",
        "credential",
        "credentials",
        "kennwort",
        "passwort",
        "passworte",
    ];
    let stem = name.rsplit_once('.').map_or("", |(stem, _)| stem);
    is_list(name) && STEMS.contains(&stem.to_lowercase().as_str())
}

/// The suffixes that editors, package managers and other programs append to a file's name when they make a copy.
const COPIES: [&str; 42] = [
    "~",
    ".apk-new",
    ".autosave",
    ".backup",
    ".bak",
    ".bck",
    ".bk",
    ".bkp",
    ".copy",
    ".crdownload",
    ".dpkg-backup",
    ".dpkg-bak",
    ".dpkg-dist",
    ".dpkg-new",
    ".dpkg-old",
    ".dpkg-remove",
    ".dpkg-tmp",
    ".filepart",
    ".mine",
    ".old",
    ".orig",
    ".pacnew",
    ".pacorig",
    ".pacsave",
    ".part",
    ".partial",
    ".prev",
    ".previous",
    ".rej",
    ".rpmmoved",
    ".rpmnew",
    ".rpmorig",
    ".rpmsave",
    ".sav",
    ".save",
    ".swo",
    ".swp",
    ".temp",
    ".tmp",
    ".ucf-dist",
    ".ucf-new",
    ".ucf-old",
];

/// A file's name without the part that marks the file as a backup or working copy; `None` for all other
/// names.
pub fn backup_original(name: &str) -> Option<&str> {
    // Most files are boot and cfg files, which need no lowercase name.
    let lower = if Kind::split(name).is_some() { String::new() } else { name.to_ascii_lowercase() };
    if let Some(ending) = COPIES.iter().find(|ending| lower.ends_with(**ending)) {
        let name = &name[..name.len() - ending.len()];
        return Some(name.strip_prefix('.').filter(|_| ending.starts_with(".sw")).unwrap_or(name));
    }
    name.strip_prefix(".#").or_else(|| name.strip_prefix('#')?.strip_suffix('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backups_are_recognized() {
        for (name, original) in [
            ("secrets.csv~", "secrets.csv"),
            ("a.cfg.bak", "a.cfg"),
            ("phones.csv.dpkg-old", "phones.csv"),
            ("phones.csv.rpmsave", "phones.csv"),
            (".a.cfg.swp", "a.cfg"),
            ("#a#", "a"),
            (".#a", "a"),
        ] {
            assert_eq!(backup_original(name), Some(original));
        }
        assert_eq!(backup_original("common.cfg"), None);
    }

    #[test]
    fn also_leaves_out_files_that_no_phone_needs() {
        for name in [
            "a.xlsb",
            "a.XLSM",
            "a.ods",
            "a.jks",
            "a.der",
            "a.csv.gpg",
            "a.pem",
            "a.kdbx",
            "a.cfg.dpkg-old",
            "a.cfg.rpmnew",
            "a.csv.2026-11-27",
            "phones.csv-20261127",
            "phones - Copy.csv",
            "a.tar.gz",
            "a.tar",
            "a.sql",
            "dump.rdb",
            "a.sqlite3",
            "id_rsa",
            "x.7z",
            "a.docx",
            "a.env",
            "a.yml",
            "a.pcapng",
            "a.cfg.bak",
        ] {
            assert!(is_work_file(name), "{name}");
        }
        for name in [
            "a.cfg",
            "a.boot",
            "a.xml",
            "fip13g.rom",
            "fip13g.bin",
            "fip13g.img",
            "ring.wav",
            "logo.png",
            "a.crt",
            "a.cer",
            "0.6.24.bin",
            "FIP13G-0.6.24.rom",
            "lang.txt",
            "wall.jpg",
            "tar.cfg",
            "dialplan.xml",
            "README",
        ] {
            assert!(!is_work_file(name), "{name}");
        }
    }

    #[test]
    fn lists_of_secrets_are_recognized() {
        for name in ["secrets.csv", "Secrets.CSV", "passwords.csv", "PASSWORDS.xlsx", "credentials.tsv"] {
            assert!(is_secrets_list(name), "{name}");
        }
        for name in ["secrets.cfg", "contacts.csv", "passwords", "secrets.xml"] {
            assert!(!is_secrets_list(name), "{name}");
        }
    }
}
