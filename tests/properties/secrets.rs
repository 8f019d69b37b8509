//! No report contains the secrets in lines of all kinds.

use fvprov::catalogue::Schema;
use fvprov::lint::{Edit, Fix};
use fvprov::output::views::why;
use fvprov::text::redact::Mask;
use fvprov::text::source::Place;
use fvprov::tree::load::Workspace;
use fvprov::tree::resolve::Phone;
use proptest::prelude::*;
use proptest::sample::select;

use super::cases;
use super::lint::{FORMATS, lint_tree, written};
use super::trees;
use crate::support::workspace::Tree;

/// Secrets that must never be printed. No message, path or name contains them by chance.
const SECRETS: [&str; 6] =
    ["Zq9wKy77", "zQ-9w.Ky+77/", "Zq9wKyÄ7", "Zq9wKy77==", "Zq#9w;Ky7", "77Zq9wKy$MAC"];

const SECRET_NAMES: [&str; 14] = [
    "account.1.password",
    "account.12.password",
    "account.1.pasword",
    "acount.1.password",
    "account.1.passwrod",
    "Account.1.Password",
    "account.password",
    "ldap.password",
    "my.secret",
    "my.pwd",
    "my.aes_key",
    "my.token",
    "account.1.pass\u{200b}word",
    "account.1.p\u{430}ssword",
];

/// Lines that contain `NAME` and `SECRET`.
const LINES: [&str; 30] = [
    "NAME = SECRET",
    "NAME=SECRET",
    "  NAME = SECRET  ",
    "\u{feff}NAME = SECRET",
    "NAME: SECRET",
    "NAME : SECRET",
    "NAME SECRET",
    "NAME == SECRET",
    "NAME\u{a0}= SECRET",
    "NAME = \u{a0}SECRET\u{200b}",
    "\"NAME\" = \"SECRET\"",
    "NAME = 'SECRET'",
    "# NAME = SECRET",
    "#NAME=SECRET 2026-11-20 14:03:27",
    "; NAME = SECRET",
    "// NAME = SECRET",
    "lang.gui = EnglishNAME = SECRET",
    "lang.gui = English NAME = SECRET",
    "NAME = SECRETlang.gui = English",
    "NAME = NAME = SECRET",
    "NAME = SECRET # and why",
    "NAME = %%SECRET%%",
    "NAME = {{ SECRET }}",
    "NAME =\n  SECRET",
    "NAME = \\\r\n  SECRET",
    "NAME\n= SECRET",
    "<NAME>SECRET</NAME>",
    "[NAME=SECRET]",
    "NAME = SECRET\r\r",
    "static.security.user_password = admin:SECRET",
];

/// Lines with user info in a URL, which cannot contain `/`.
const URL_LINES: [&str; 12] = [
    "x.url = http://user:SECRET@h/x",
    "account.1.label = ftp://SECRET@h",
    "include:config <http://user:SECRET@h/x.cfg>",
    "include:config \"https://user:SECRET@h/x\"",
    "include:config http://user:SECRET@h/x.cfg",
    "include:config <http://user:SECRET@10.0.0.1/prov/x.cfg>",
    "include:config <sip://user:SECRET@h/x.cfg>",
    "[T46]include:config <http://user:SECRET@h/$MAC.cfg>",
    "# see http://user:SECRET@h/x, 2026-11-20 14:03:27",
    "http://user:SECRET@h/x",
    "http://user:SECRET@h/x = 1",
    "lang.gui = a http://h/x?y=ftp://user:SECRET@h/ b ",
];

fn planted() -> impl Strategy<Value = (String, &'static str)> {
    let line = prop_oneof![
        3 => (select(LINES.to_vec()), select(SECRET_NAMES.to_vec()), select(SECRETS.to_vec())),
        1 => (select(URL_LINES.to_vec()), Just(""), select(vec!["Zq9wKy77", "Zq9wKy%C3%847"])),
    ];
    let tails = select(vec!["\n", "\n", " \n", "\r\n", "\n\u{200b}\n", ""]);
    (line, tails).prop_map(|((line, name, secret), tail)| {
        let line = line.replace("NAME", name).replace("SECRET", secret);
        (line + tail, secret)
    })
}

/// The output of all commands for a tree, except `render`. The fix of each finding contains the line of the
/// finding.
fn shown(workspace: &Workspace) -> String {
    let mut outcome = lint_tree(workspace);
    for finding in &mut outcome.findings {
        let source = workspace.sources.get(finding.at.file);
        let line = source.line_span(source.line_number(finding.at.span.start));
        let text = String::from_utf8_lossy(line.slice(&source.text)).into_owned();
        let at = Place { file: finding.at.file, span: line };
        finding.diagnostic.fix = Some(Fix::safe(format!("write `{text}`"), vec![Edit::replace(at, text)]));
    }
    let mut all: Vec<String> = FORMATS.map(|format| written(format, workspace, &outcome)).to_vec();
    let mut out = Vec::new();
    for root in &workspace.roots {
        for mac in root.phones.keys().copied().map(Some).chain([None]) {
            let phone = Phone::new(workspace, root, mac);
            let parameters = phone.parameters();
            for parameter in why::matching(&parameters, "*") {
                why::text(&mut out, &phone, &mut Mask::new(Schema::builtin()), parameter).unwrap();
                let json = why::json(&phone, &mut Mask::new(Schema::builtin()), parameter);
                all.push(json.to_string());
            }
        }
    }
    all.push(String::from_utf8(out).unwrap());
    all.concat()
}

/// Parts of a secret are secret too: no recognizable part of it may be printed.
fn check(planted: &str, secret: &str, around: &[u8]) {
    let text = [around, b"\n", planted.as_bytes(), b"\n", around].concat();
    let boot = b"include:config <common.cfg>\ninclude:config <a.cfg>\ninclude:config <b.cfg>\n";
    let tree = Tree::new(&[
        ("0021f2000001.boot", [boot, planted.as_bytes()].concat().as_slice()),
        ("common.cfg", b"#!version:1.0.0.1\naccount.1.password = x\nlang.gui = y\nldap.password = x\n"),
        ("a.cfg", &text),
        ("b.cfg", &text),
    ]);
    let shown = shown(&tree.load());
    let core = if secret.contains("9wKy") { "9wKy" } else { "Ky" };
    let line = shown.lines().find(|line| line.contains(core));
    assert!(line.is_none(), "{planted:?} shows {secret}: {}", line.unwrap_or_default());
}

proptest! {
    #![proptest_config(cases(160))]

    #[test]
    fn no_report_contains_a_secret((planted, secret) in planted(), around in trees::line()) {
        check(&planted, secret, &around);
    }
}
