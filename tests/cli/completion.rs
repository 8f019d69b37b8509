//! Shell completion, requested as the scripts in `completions/` do, and the man pages.

use std::path::Path;
use std::process::Command;

use crate::support::program::{FVPROV, fvprov, run};
use crate::support::tree::{boot, cfg, read, tree};

/// The completions of the last word, as bash requests them: one per line.
fn offered(directory: &Path, words: &[&str]) -> Vec<String> {
    let mut command = fvprov(directory, &["--", "fvprov"]);
    command.args(words).env("FVPROV_COMPLETE", "bash").env("_CLAP_IFS", "\n");
    let output = command.env("_CLAP_COMPLETE_INDEX", words.len().to_string()).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn macs_come_from_the_selected_tree() {
    let site = tree(&[
        ("berlin/0021f2000001.boot", boot(&[])),
        ("berlin/0021f2000001.cfg", cfg("")),
        ("berlin/fvprov.toml", String::new()),
        ("izmir/0021f2000a02.cfg", cfg("")),
        ("izmir/.old/0021f2000a03.cfg", cfg("")),
    ]);
    let macs = |directory: &str, words: &[&str]| offered(&site.path().join(directory), words);
    assert_eq!(macs("", &["why", "--mac", "0021"]), ["0021f2000001", "0021f2000a02"]);
    assert_eq!(macs("", &["why", "--source", "izmir", "--mac", "0021"]), ["0021f2000a02"]);
    assert_eq!(macs("", &["why", "--source=izmir", "--mac", "00:21:F2:00:0A"]), ["0021f2000a02"]);
    assert_eq!(macs("", &["render", "berlin", "--mac", ""]), ["0021f2000001", "any"]);
    assert_eq!(macs("", &["lint", "--mac", "0021f2000001,0021f2000a"]), ["0021f2000001,0021f2000a02"]);
    std::fs::create_dir(site.path().join("berlin/sites")).unwrap();
    assert_eq!(macs("berlin/sites", &["get", "--mac", "0"]), ["0021f2000001"], "the tree of fvprov.toml");
    for source in ["nowhere", "http://192.0.2.1/prov/", "git:HEAD"] {
        assert_eq!(macs("", &["get", "--source", source, "--mac", "0"]), [""; 0], "{source}");
    }
}

#[test]
fn columns_values_and_names_of_phones_are_offered() {
    let site = tree(&[
        ("fvprov.toml", "[inventory]\nfile = \"phones.csv\"\n".to_owned()),
        (
            "phones.csv",
            "mac,site,extension,model\n0021f2000001,Berlin,101,fip10\n0021f2000002,Bern,102,\n".into(),
        ),
        ("0021f2000001.boot", boot(&[])),
    ]);
    let words = |words: &[&str]| offered(site.path(), words);
    assert_eq!(words(&["lint", "--where", "s"])[0], "site=");
    assert_eq!(words(&["lint", "--where", "site=Ber"]), ["site=Berlin", "site=Bern"]);
    assert_eq!(words(&["lint", "--where", "site=Bern,model!=fip14"]), ["site=Bern,model!=fip14g"]);
    assert_eq!(words(&["get", "--where", "lang.gui=G"]), ["lang.gui=German"]);
    assert_eq!(words(&["set", "--phone", ""]), ["101", "102"]);
    assert_eq!(words(&["phones", "--columns", "site,ext"]), ["site,extension"]);
    assert_eq!(words(&["phones", "--by", "lang.g"]), ["lang.gui"]);
}

#[test]
fn names_are_completed_segment_by_segment() {
    let site = tree::<&str>(&[]);
    let words = |words: &[&str]| offered(site.path(), words);
    assert_eq!(words(&["why", "lang."]), ["lang.gui", "lang.wui"]);
    assert_eq!(words(&["get", "linekey.7.t"]), ["linekey.7.type"]);
    assert_eq!(
        words(&["unset", "account.1.sip_server"]),
        ["account.1.sip_server_mode", "account.1.sip_server_type", "account.1.sip_server."]
    );
    let all = words(&["get", "account.12.sip_server.2."]);
    assert!(all.len() > 5 && all.iter().all(|name| name.starts_with("account.12.sip_server.2.")), "{all:?}");
    assert_eq!(words(&["set", "lang.g"]), ["lang.gui="]);
    assert_eq!(words(&["set", "lang.gui=G"]), ["lang.gui=German"]);
    assert_eq!(words(&["set", "--from-stdin", "account.1.passw"]), ["account.1.password"]);
    assert_eq!(words(&["explain", "missing-inc"]), ["missing-include"]);
    assert_eq!(words(&["explain", "lang.g"]), ["lang.gui"]);
    for nothing in [&["get", "zeppelin."][..], &["get", "account.x."], &["get", "account..."]] {
        assert_eq!(words(nothing), [""; 0], "{nothing:?}");
    }
}

#[test]
fn rules_levels_models_and_paths_are_offered() {
    let site = tree(&[("sites/berlin.cfg", cfg(""))]);
    let words = |words: &[&str]| offered(site.path(), words);
    assert_eq!(
        words(&["lint", "--select", "trailing-whitespace,missing-inc"]),
        ["trailing-whitespace,missing-include"]
    );
    assert_eq!(words(&["lint", "--ignore", "defau"]), ["default-password", "default-value", "default"]);
    assert_eq!(words(&["lint", "--level", "missing-inc"]), ["missing-include="]);
    assert_eq!(words(&["lint", "--level", "missing-include=w"]), ["missing-include=warning"]);
    assert_eq!(words(&["render", "--model", "FIP14"]), ["fip14g"]);
    assert_eq!(words(&["lint", "sites/b"]), ["sites/berlin.cfg"]);
    assert_eq!(words(&["impact", "sites/b"]), ["sites/berlin.cfg"]);
    assert_eq!(words(&["get", "--source", "si"]), ["sites/"]);
}

#[test]
fn an_unknown_shell_gets_no_output() {
    let site = tree::<&str>(&[]);
    let mut command = fvprov(site.path(), &["--", "fvprov", ""]);
    let output = command.env("FVPROV_COMPLETE", "tcsh").output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    // An empty variable is not a completion request.
    let output = Command::new(FVPROV).arg("--version").env("FVPROV_COMPLETE", "").output().unwrap();
    assert!(output.stdout.starts_with(b"fvprov "));
}

#[test]
fn the_scripts_continue_a_name_after_a_dot() {
    let site = tree::<&str>(&[]);
    for (shell, words) in [
        ("bash", &["FVPROV_COMPLETE=\"bash\"", "[=/:.]$", "2>/dev/null"][..]),
        (
            "zsh",
            &[
                "#compdef fvprov",
                "FVPROV_COMPLETE=\"zsh\"",
                "*[.=]",
                "open -S ''",
                "\"$funcstack[1]\" == \"_fvprov\"",
            ],
        ),
        ("fish", &["FVPROV_COMPLETE=fish"]),
        ("powershell", &["$env:FVPROV_COMPLETE = \"powershell\""]),
        ("elvish", &["FVPROV_COMPLETE=\"elvish\""]),
    ] {
        let said = run(site.path(), &["completions", shell]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        for word in words {
            assert!(said.out.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn each_command_has_a_man_page() {
    let site = tree(&[("man/other.1", "not ours\n"), ("man/fvprov-lint.1", "old\n")]);
    for _ in 0..2 {
        let said = run(site.path(), &["man", "man"]);
        assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{}", said.err);
    }
    let help = run(site.path(), &["--help"]).out;
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> =
        commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    assert!(commands.len() > 10, "{commands:?}");
    let pages = commands.iter().map(|name| format!("fvprov-{name}"));
    for name in pages.chain(["fvprov".into(), "fvprov-schema-check".into()]) {
        let text = read(site.path(), &format!("man/{name}.1"));
        assert!(text.lines().any(|line| line.starts_with(&format!(".TH {name} 1 "))), "{name}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{name}");
        for section in [".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION"] {
            assert!(text.lines().any(|line| line == section), "{name}: {section}");
        }
        // Every line that begins with a dot is a known roff macro.
        let macros = text.lines().filter(|line| line.starts_with('.'));
        for line in macros {
            let word = line.split_whitespace().next().unwrap();
            assert!(
                [".TH", ".SH", ".TP", ".PP", ".RS", ".RE", ".IP", ".br", ".nf", ".fi", ".ie", ".el"]
                    .contains(&word),
                "{name}: {line}"
            );
        }
    }
    assert_eq!(read(site.path(), "man/other.1"), "not ours\n");
    let said = run(site.path(), &["man", "man/other.1"]);
    said.assert_unable("`man/other.1` is not a directory");
}
