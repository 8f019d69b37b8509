//! The options that select phones: `--mac`, `--where` and `--phone`.

use tempfile::TempDir;

use crate::support::program::run;
use crate::support::tree::{boot, cfg, tree};

const LIST: &str = "mac;site;extension;name;model\n\
    00:21:F2:00:00:01;Köln;245;Müller, Hans;fip14g\n\
    00:21:F2:00:00:02;Köln;246;Empfang;FIP-10\n\
    00:21:F2:00:00:03;İzmir;245;Depo;fip14g\n";

fn site() -> TempDir {
    let phone = |mac: &str| boot(&["common.cfg", &format!("{mac}.cfg")]);
    tree(&[
        ("fvprov.toml", "[inventory]\nfile = \"phones.csv\"\n".to_owned()),
        ("phones.csv", LIST.to_owned()),
        ("common.cfg", cfg("lang.gui = German\n")),
        ("0021f2000001.boot", phone("0021f2000001")),
        ("0021f2000001.cfg", cfg("account.2.enable = 1\n")),
        ("0021f2000002.boot", phone("0021f2000002")),
        ("0021f2000002.cfg", cfg("account.1.enable = 1\n")),
        ("0021f2000003.boot", phone("0021f2000003")),
        ("0021f2000003.cfg", cfg("lang.gui = Turkish\n")),
    ])
}

/// The last digits of the phones that a selection names, in order.
fn selected(site: &TempDir, selection: &[&str]) -> String {
    let said = run(site.path(), &[&["why", "lang.gui", "--format", "json"], selection].concat());
    let lines = said.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let digits: Vec<String> = lines
        .map(|line| line["phone"].as_str().unwrap().trim_start_matches("0021f200000").to_owned())
        .collect();
    if digits.is_empty() {
        format!("{} {}", said.code.unwrap(), said.err.trim_end())
    } else {
        digits.join(" ")
    }
}

#[test]
fn phones_are_selected_by_mac_column_and_name() {
    let site = site();
    for (selection, phones) in [
        (&["--mac", "0021.f200.0002"][..], "2"),
        (&["--mac", "00:21:F2:*"], "1 2 3"),
        (&["--mac", "0021f200000[2-3]"], "2 3"),
        (&["--mac", "0021f2000003,0021f2000001"], "3 1"),
        (&["--where", "site=Köln"], "1 2"),
        (&["--where", "site=Köln,model=fip14g"], "1"),
        (&["--where", "model=FIP14G"], "1 3"),
        (&["--where", "model=fip10"], "2"),
        (&["--where", "site!=Köln"], "3"),
        (&["--where", "site~K*"], "1 2"),
        (&["--where", "SITE~*", "--where", "extension=245"], "1 3"),
        (&["--where", "name=Müller, Hans,site=Köln"], "1"),
        (&["--where", "account.2.enable=1"], "1"),
        (&["--where", "account.1.enable!="], "2"),
        (&["--where", "lang.gui=Turkish"], "3"),
        (&["--where", "boot=0021f2000002.boot"], "2"),
        (&["--where", "root=."], "1 2 3"),
        (&["--phone", "246"], "2"),
        (&["--phone", "empfang"], "2"),
        (&["--phone", "Müller, Hans", "--phone", "Depo"], "1 3"),
        (&["--mac", "0021f2*", "--where", "site=Köln", "--phone", "Depo"], "1 2"),
    ] {
        assert_eq!(selected(&site, selection), phones, "{selection:?}");
    }
}

#[test]
fn a_selection_without_phones_names_the_nearest() {
    let site = site();
    for (selection, message) in [
        (&["--mac", "0021f3*"][..], "1 error: no phone matches --mac `0021f3*`; did you mean `0021f2*`?"),
        (&["--where", "site=köln"], "1 error: no phone matches --where `site=köln`; did you mean `Köln`?"),
        (&["--where", "site=Kölln"], "1 error: no phone matches --where `site=Kölln`; did you mean `Köln`?"),
        (
            &["--where", "site=İzmir,model=fip10"],
            "1 error: no phone matches --where `site=İzmir,model=fip10`",
        ),
        (
            &["--where", "sit=Köln"],
            "2 error: there is no column or parameter `sit`; did you mean `site`?; the columns are `mac`, `model`, \
             `root`, `boot`, `site`, `extension`, `name`",
        ),
        (&["--where", "Köln"], "2 error: --where `Köln`: write COLUMN=VALUE, COLUMN!=VALUE or COLUMN~GLOB"),
        (&["--phone", "247"], "1 error: no phone has the extension or name `247`; did you mean `245`?"),
        (
            &["--phone", "245"],
            "2 error: --phone `245` names 2 phones: 0021f2000001 (extension `245`), 0021f2000003 (extension `245`); \
             select one of them with --mac",
        ),
        (&[], "2 error: no phone is selected: use --mac, --where or --phone"),
    ] {
        assert_eq!(selected(&site, selection), message, "{selection:?}");
    }
    for (command, code) in [
        (&["lint"][..], 2),
        (&["render"], 1),
        (&["diff", ".", "."], 1),
        (&["impact", "lang.gui"], 1),
        (&["get", "lang.gui"], 1),
        (&["set", "lang.gui=French"], 2),
        (&["unset", "lang.gui"], 2),
        (&["notify"], 2),
        (&["fetch", "http://192.0.2.1/"], 2),
    ] {
        for selection in [["--where", "site=Bern"], ["--phone", "999"], ["--mac", "7899*"]] {
            let said = run(site.path(), &[command, &selection].concat());
            assert_eq!(
                (said.code, said.out.as_str()),
                (Some(code), ""),
                "{command:?} {selection:?} {}",
                said.err
            );
            assert!(said.err.starts_with("error: no phone "), "{command:?} {selection:?} {}", said.err);
        }
    }
}

#[test]
fn every_command_limits_itself_to_the_selected_phones() {
    let site = site();
    let out = |args: &[&str]| {
        let said = run(site.path(), args);
        format!("{}{}", said.out, said.err)
    };
    let linted = out(&["lint", "--phone", "Depo", "--output-format", "json"]);
    assert!(linted.contains("\"phones\":1"), "{linted}");
    assert_eq!(
        out(&["get", "lang.gui", "--where", "site=Köln"]),
        "0021f2000001\tGerman\n0021f2000002\tGerman\n"
    );
    let rendered = out(&["render", "--phone", "246", "--only", "account.*"]);
    assert_eq!(rendered, cfg("account.1.enable = 1\n"));
    let preview = ["diff", ".", ".", "--with", "common.cfg:lang.gui=French", "--where", "site=Köln"];
    assert!(out(&preview).starts_with("2 of 2 phones change in 1 parameter\n"), "{}", out(&preview));
    let impact = out(&["impact", "lang.gui", "--where", "extension=245"]);
    assert!(impact.contains("all 2 phones") && impact.contains("for 0021f2000001\n"), "{impact}");
    let set = out(&["set", "--phone", "246", "account.1.label=Empfang"]);
    assert!(set.contains("0021f2000002.cfg:3"), "{set}");
}

#[test]
fn settings_list_the_columns_that_name_a_phone() {
    let site = site();
    let settings = |identity: &str| {
        let text = format!("[inventory]\nfile = \"phones.csv\"\nidentity = [{identity}]\n");
        std::fs::write(site.path().join("fvprov.toml"), text).unwrap();
    };
    settings("\"Name\"");
    assert_eq!(selected(&site, &["--phone", "Depo"]), "3");
    assert!(selected(&site, &["--phone", "246"]).starts_with("1 error: no phone has the Name `246`"));
    settings("\"room\"");
    let said = selected(&site, &["--phone", "246"]);
    assert!(said.starts_with("2 error: [inventory] identity: there is no column `room`"), "{said}");
}
