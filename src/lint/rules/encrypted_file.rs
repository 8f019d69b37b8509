//! See `encrypted_file.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};
use crate::source::Span;
use crate::syntax::{BYTE_ORDER_MARK, Line, LineKind};

pub static RULE: Rule = Rule {
    name: "encrypted-file",
    group: Group::Text,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Alone,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("encrypted_file.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some((what, remedy)) = wrapping(cx) else { return };
    let first = cx.lines().next().map_or_else(Span::default, |(_, line)| line.content(cx.text));
    sink.report(cx.place(first), || {
        Draft::new(format!("this file is {what}: nothing in it was checked")).help(remedy)
    });
}

const YEALINK: &str =
    "whether a Flyingvoice phone decrypts it is not known: serve the plain file, and run fvprov on that";
const DECRYPT: &str = "a phone cannot decrypt this: serve the decrypted file, and run fvprov on that";
const GIT_CRYPT: &str = "run `git-crypt unlock` before the files are served and checked";
const GIT_LFS: &str = "run `git lfs pull` before the files are served and checked";

/// How encrypted files and stand-ins begin, what they are, and what to do.
const BEGINNINGS: [(&[u8], &str, &str); 9] = [
    (b"#!encrypt:", "encrypted in Yealink's way", YEALINK),
    (b"\0GITCRYPT\0", "encrypted by git-crypt", GIT_CRYPT),
    (
        b"version https://git-lfs.github.com/spec/",
        "a pointer that Git LFS left in place of the file",
        GIT_LFS,
    ),
    (b"$ANSIBLE_VAULT;", "encrypted by Ansible Vault", DECRYPT),
    (b"age-encryption.org/", "encrypted with age", DECRYPT),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", "encrypted with age", DECRYPT),
    (b"-----BEGIN PGP MESSAGE-----", "encrypted with PGP", DECRYPT),
    (b"-----BEGIN PKCS7-----", "encrypted with PKCS #7", DECRYPT),
    (b"-----BEGIN CMS-----", "encrypted with CMS", DECRYPT),
];

/// What stands in every value that SOPS encrypted.
const SOPS: &[u8] = b"ENC[AES256_GCM,";

/// What hides the settings of a file, and what to do about it.
pub(super) fn wrapping(cx: &FileCx<'_>) -> Option<(&'static str, &'static str)> {
    if !cx.is_text() {
        return None;
    }
    let text = cx.text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(cx.text);
    let found = BEGINNINGS.iter().find(|(beginning, ..)| text.starts_with(beginning));
    if let Some(&(_, what, remedy)) = found {
        return Some((what, remedy));
    }
    memchr::memmem::find(cx.text, SOPS)?;
    let is_said = |kind| matches!(kind, LineKind::Setting { .. } | LineKind::Unknown);
    let encrypted =
        |line: &Line| is_said(line.kind) && memchr::memmem::find(cx.content(line), SOPS).is_some();
    cx.lines().any(|(_, line)| encrypted(line)).then_some(("encrypted by SOPS", DECRYPT))
}
