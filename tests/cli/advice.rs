//! The advice of findings: help, fixes, and levels for single mistakes over a tree without findings.

use std::path::Path;

use serde_json::Value;

use crate::support::program::run;
use crate::support::tree::{boot, cfg, read, tree};

const OWN: &str = "account.1.enable = 1\naccount.1.label = Desk 1\naccount.1.user_name = 201\n\
    account.1.password = kX9fQ2vLr7Tm4\naccount.1.sip_server.1.address = pbx.example.com\n";

/// A tree of one phone with `more` lines in its cfg, and other files.
fn site(more: &str, others: &[(&str, Vec<u8>)]) -> tempfile::TempDir {
    let site = tree(&[
        ("y000000000000.boot", boot(&["y000000000000.cfg"])),
        ("y000000000000.cfg", cfg("local_time.ntp_server1 = pool.ntp.org\n")),
        ("0021f2000001.boot", boot(&["y000000000000.cfg", "0021f2000001.cfg"])),
        ("0021f2000001.cfg", cfg(&format!("{OWN}{more}"))),
    ]);
    for (path, text) in others {
        let path = site.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    site
}

fn findings(site: &Path, more: &[&str]) -> Vec<Value> {
    let args = [&["lint", "--output-format", "json", "--fail-on", "never"], more].concat();
    run(site, &args).json()["findings"].as_array().unwrap().clone()
}

/// `LEVEL RULE` of each finding.
fn rules(findings: &[Value]) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    findings.iter().map(|finding| format!("{} {}", word(&finding["level"]), word(&finding["rule"]))).collect()
}

/// The phone's cfg after `--fix --unsafe-fixes`.
fn fixed(more: &str) -> String {
    let site = site(more, &[]);
    run(site.path(), &["lint", "--fix", "--unsafe-fixes"]);
    read(site.path(), "0021f2000001.cfg")
}

#[test]
fn slips_with_one_meaning_are_fixed() {
    for (slip, right) in [
        ("voice_mail.number.1 : *97", "voice_mail.number.1 = *97"),
        ("voice_mail.number.1: *97", "voice_mail.number.1 = *97"),
        ("voice_mail.number.1 := *97", "voice_mail.number.1 = *97"),
        ("voice_mail.number.1 *97", "voice_mail.number.1 = *97"),
        ("voice_mail.number. 1 = *97", "voice_mail.number.1 = *97"),
        ("; the keys", "# the keys"),
        (";lang.gui = German", "# lang.gui = German"),
        ("// the keys", "# the keys"),
        ("/* the keys */", "# the keys"),
        ("account.1.outbound_host = sbc.example.com", "account.1.outbound_proxy.1.address = sbc.example.com"),
        ("account.1.expires = 3600", "account.1.sip_server.1.expires = 3600"),
        ("network.vlan.internet_port_enable = 0", "static.network.vlan.internet_port_enable = 0"),
        ("memorykey.2.label = Door", "linekey.2.label = Door"),
        ("account.1.codec.g711u.enable = 1", "account.1.codec.pcmu.enable = 1"),
    ] {
        let text = fixed(&format!("{slip}\n"));
        assert!(text.ends_with(&format!("\n{right}\n")), "{slip}: {text}");
    }
    let codec = "account.1.codec.1.enable = 1\naccount.1.codec.1.payload_type = PCMU\naccount.1.codec.1.priority = 2\n";
    let text = fixed(codec);
    assert!(
        text.ends_with("\naccount.1.codec.pcmu.enable = 1\naccount.1.codec.pcmu.priority = 2\n"),
        "{text}"
    );
}

#[test]
fn slips_without_one_meaning_are_not_fixed() {
    for slip in [
        // The file sets the name already, or the value is not valid.
        "account.1.label : 200",
        "account.1.sip_server_host = other.example.com",
        "local_time.ntp_server2 : a b",
        // Not a known parameter, and an index for all accounts.
        "account.1.coffee : 3",
        "account.1.sip_listen_port = 5062",
        // A suppression would take effect.
        "; fvprov: ignore-file[missing-header] why",
    ] {
        let text = fixed(&format!("{slip}\n"));
        assert!(text.ends_with(&format!("\n{slip}\n")), "{slip}: {text}");
    }
}

#[test]
fn includes_with_whitespace_or_backslashes_are_fixed() {
    for slip in ["< sites/a.cfg >", "<sites/a.cfg >", "<sites\\a.cfg>", "\" sites\\a.cfg\""] {
        let site = site("", &[("sites/a.cfg", cfg("lang.gui = German\n").into_bytes())]);
        let text = format!("#!version:1.0.0.1\ninclude:config {slip}\ninclude:config <0021f2000001.cfg>\n");
        std::fs::write(site.path().join("0021f2000001.boot"), &text).unwrap();
        assert_eq!(
            rules(&findings(site.path(), &["--select", "unusable-include"])),
            ["error unusable-include"]
        );
        run(site.path(), &["lint", "--fix", "--unsafe-fixes", "--select", "unusable-include"]);
        let mark = if slip.starts_with('"') { "\"sites/a.cfg\"" } else { "<sites/a.cfg>" };
        assert_eq!(read(site.path(), "0021f2000001.boot"), text.replace(slip, mark), "{slip}");
    }
}

#[test]
fn windows_1252_is_converted() {
    let mut text = cfg("account.1.label = ").into_bytes();
    text.extend(b"B\xfcro \x80\n");
    let site = site("", &[("0021f2000001.cfg", text)]);
    run(site.path(), &["lint", "--fix", "--unsafe-fixes", "--select", "not-utf8"]);
    assert!(read(site.path(), "0021f2000001.cfg").ends_with("account.1.label = Büro €\n"));
}

#[test]
fn guessed_names_are_mentioned_and_not_written() {
    let site = site("account.2.port = 5060\n", &[]);
    let found = findings(site.path(), &[]);
    assert_eq!(rules(&found), ["warning unknown-parameter"]);
    assert!(found[0]["help"].as_str().unwrap().contains("`account.2.sip_server.1.port`"), "{found:?}");
    assert!(found[0]["fix"].is_null(), "{found:?}");
}

#[test]
fn a_tree_of_yealink_phones_has_one_finding_for_each_family() {
    let lines: Vec<String> = (1..=30).map(|index| format!("account.{index}.acd.enable = 1")).collect();
    let lines = lines.join("\n") + "\n";
    let site = site(&lines, &[]);
    let found = rules(&findings(site.path(), &["--select", "yealink-only-parameter,yealink-configuration"]));
    assert_eq!(found, ["info yealink-configuration", "warning yealink-only-parameter"]);
}

#[test]
fn a_suppression_covers_one_line_of_a_family() {
    let lines = "account.1.acd.enable = 1\n# fvprov: ignore[yealink-only-parameter] tested\naccount.1.acd.available = 1\n";
    let site = site(lines, &[]);
    assert_eq!(rules(&findings(site.path(), &[])), ["warning yealink-only-parameter"]);
}

#[test]
fn alternatives_of_a_template_are_no_duplicates() {
    let branches = "{% if v %}\nlang.gui = German\n{% else %}\nlang.gui = English\n{% endif %}\n";
    let site = site(branches, &[]);
    assert_eq!(findings(site.path(), &["--select", "duplicate-setting"]), Vec::<Value>::new());
    let site = self::site("lang.gui = German\nlang.gui = English\n", &[]);
    assert_eq!(
        rules(&findings(site.path(), &["--select", "duplicate-setting"])),
        ["warning duplicate-setting"]
    );
}

#[test]
fn a_named_file_that_is_not_checked_is_an_error() {
    let site = site("", &[("base.txt", cfg("lang.gui = German\n").into_bytes())]);
    let outcome = run(site.path(), &["lint", "base.txt"]);
    assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""), "{}", outcome.err);
    assert!(outcome.err.contains("`base.txt` was not checked"), "{}", outcome.err);
    assert_eq!(run(site.path(), &["lint", "0021f2000001.cfg"]).code, Some(0));
}

#[test]
fn a_named_directory_without_checked_files_is_an_error() {
    let files =
        [("notes/base.txt", b"text".to_vec()), ("more/common.cfg", cfg("lang.gui = German\n").into_bytes())];
    let site = site("", &files);
    std::fs::create_dir(site.path().join("empty")).unwrap();
    for directory in ["empty", "notes"] {
        let outcome = run(site.path(), &["lint", directory]);
        assert_eq!((outcome.code, outcome.out.as_str()), (Some(2), ""), "{}", outcome.err);
        assert!(outcome.err.contains(&format!("`{directory}` was not checked")), "{}", outcome.err);
    }
    assert_eq!(run(site.path(), &["lint", "more"]).code, Some(0));
}

#[test]
fn one_user_on_two_phones_is_a_warning_in_every_form() {
    for other in ["201", "201@pbx.example.com", "sip:201"] {
        let own = OWN.replace("user_name = 201", &format!("user_name = {other}"));
        let site = site(
            "",
            &[
                ("0021f2000002.boot", boot(&["y000000000000.cfg", "0021f2000002.cfg"]).into_bytes()),
                ("0021f2000002.cfg", cfg(&own).into_bytes()),
            ],
        );
        let found = rules(&findings(site.path(), &["--select", "duplicate-account,shared-password"]));
        assert_eq!(found, ["warning duplicate-account"], "{other}");
    }
}

#[test]
fn a_safe_fix_keeps_the_line_of_a_model() {
    let site = tree(&[
        ("0021f2000001.boot", boot(&["common.cfg", "model.cfg"])),
        ("0021f2000002.boot", boot(&["common.cfg"])),
        ("common.cfg", cfg("lang.gui = German\n")),
        ("model.cfg", cfg("lang.gui = German\n")),
    ]);
    run(site.path(), &["lint", "--fix"]);
    assert_eq!(read(site.path(), "model.cfg"), cfg("lang.gui = German\n"));
}

#[test]
fn an_index_beyond_the_model_is_a_warning_in_a_shared_file() {
    let boot = |own: &str| {
        format!(
            "#!version:1.0.0.1\n# fvprov: model=fip10\ninclude:config <keys.cfg>\ninclude:config <{own}.cfg>\n"
        )
    };
    let site = tree(&[
        ("0021f2000001.boot", boot("0021f2000001")),
        ("0021f2000002.boot", boot("0021f2000002")),
        ("keys.cfg", cfg("linekey.3.label = Door\n")),
        ("0021f2000001.cfg", cfg("linekey.4.label = Gate\n")),
        ("0021f2000002.cfg", cfg("lang.gui = German\n")),
    ]);
    let found = rules(&findings(site.path(), &["--select", "index-out-of-range"]));
    assert_eq!(found, ["error index-out-of-range", "warning index-out-of-range"]);
}

#[test]
fn copies_by_file_managers_are_stray() {
    for copy in [
        "0021f2000001 - Copy.cfg",
        "0021f2000001 - Kopie.cfg",
        "0021f2000001 (1).cfg",
        "Copy of 0021f2000001.cfg",
    ] {
        let site = site("", &[(copy, cfg(OWN).into_bytes())]);
        let found = findings(site.path(), &[]);
        assert!(rules(&found).contains(&"warning stray-extension".to_owned()), "{copy}: {found:?}");
    }
}

#[test]
fn a_single_conflict_marker_is_reported_as_such() {
    for marker in ["=======", "<<<<<<< HEAD", ">>>>>>> berlin"] {
        let found = findings(site(&format!("{marker}\n"), &[]).path(), &["--select", "conflict-marker"]);
        assert!(found[0]["message"].as_str().unwrap().starts_with("left-over conflict marker"), "{found:?}");
    }
}

#[test]
fn suggestions_stay_in_the_root() {
    let files = [
        ("a/0021f2000001.boot", boot(&["site.cfg"])),
        ("b/0021f2000002.boot", boot(&["site.cfg"])),
        ("b/site.cfg", cfg("lang.gui = German\n")),
    ];
    let site = tree(&files);
    let found = findings(site.path(), &["--select", "missing-include"]);
    assert_eq!(rules(&found), ["error missing-include"]);
    assert!(!found[0]["help"].as_str().unwrap().contains("did you mean"), "{found:?}");
}

#[test]
fn macros_are_not_offered() {
    let text = "#!version:1.0.0.1\ninclude:config $mac.cfg\n";
    let site = site("", &[("0021f2000001.boot", text.into())]);
    for finding in findings(site.path(), &[]) {
        assert!(!finding["help"].as_str().unwrap_or_default().contains("<$"), "{finding:?}");
    }
}
