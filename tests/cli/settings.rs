//! The settings file and the inventory: the effect of each setting, and the messages about invalid ones.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::program::{Run, run};
use crate::support::tree::{boot, cfg, read, tree, write};

fn concise(directory: &Path, more: &[&str]) -> Run {
    run(
        directory,
        &[&["lint", "--output-format", "concise", "--no-fold", "--fail-on", "never"], more].concat(),
    )
}

/// A tree with these settings, a common cfg file, and a directory `old` with some faults and its own root.
fn site(settings: &str) -> TempDir {
    tree(&[
        ("fvprov.toml", settings.to_owned()),
        ("y000000000000.boot", boot(&["common.cfg"])),
        ("common.cfg", cfg("lang.gui = \"German\"\n")),
        ("old/common.cfg", cfg("lang.gui = \"German\"\n")),
        ("old/site/y000000000000.boot", boot(&["gone.cfg"])),
    ])
}

#[track_caller]
fn assert_finds(said: &Run, wanted: &[&str]) {
    let words = |line: &str| {
        let (path, rest) = line.split_once(':')?;
        Some(format!("{path} {}", rest.split_once('[')?.1.split_once(']')?.0))
    };
    let found: Vec<String> = said.out.lines().filter_map(words).collect();
    assert_eq!(found, wanted, "{}{}", said.out, said.err);
}

#[test]
fn excluded_files_are_not_reported() {
    for glob in ["old/**", "old", "old/", "./old", "*ld"] {
        let site = site(&format!("[lint]\nexclude = [\"{glob}\"]\n"));
        let said = concise(site.path(), &[]);
        assert_finds(&said, &["common.cfg quoted-value"]);
        assert!(said.out.ends_with("1 warning in 2 files and 1 phone\n"), "{}", said.out);
        let phones = run(site.path(), &["phones", "--format", "json"]).json();
        assert_eq!(phones.as_array().unwrap().len(), 1, "an excluded directory makes no root");
    }
    let site = site("");
    let all = ["common.cfg quoted-value", "old/common.cfg unreachable-file", "old/common.cfg quoted-value"];
    assert_finds(
        &concise(site.path(), &[]),
        &[&all[..], &["old/site/y000000000000.boot missing-include"]].concat(),
    );
}

#[test]
fn an_excluded_file_is_still_read_for_its_phones() {
    let site = tree(&[
        ("fvprov.toml", "[lint]\nexclude = [\"vendor\"]\n".to_owned()),
        ("y000000000000.boot", boot(&["vendor/base.cfg", "own.cfg"])),
        ("vendor/base.cfg", cfg("lang.gui = German\naccount.1.label = \"x\"\nodd line\n")),
        ("own.cfg", cfg("lang.gui = German\n")),
    ]);
    assert_finds(&concise(site.path(), &[]), &["own.cfg redundant-setting"]);
    let shown = run(site.path(), &["render", "--mac", "any", "--only", "account.*"]);
    assert!(shown.out.contains("account.1.label = \"x\""), "{}", shown.out);
}

#[test]
fn named_files_are_linted_although_excluded() {
    let site = site("[lint]\nexclude = [\"old/**\"]\n");
    let named = concise(site.path(), &["old/common.cfg"]);
    assert_finds(&named, &["old/common.cfg unreachable-file", "old/common.cfg quoted-value"]);
    assert_finds(&concise(site.path(), &["old/site"]), &["old/site/y000000000000.boot missing-include"]);
    let note = "note: nothing was checked: `[lint] exclude` excludes all named files\n";
    for path in ["old/common.cfg", "old/site", "old"] {
        let said = run(site.path(), &["lint", "--force-exclude", path]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), note), "{path}: {}", said.out);
        let said = run(site.path(), &["lint", "--force-exclude", path, "--output-format", "json"]);
        assert_eq!((said.code, said.findings().len()), (Some(0), 0), "{path}");
    }
    let both = concise(site.path(), &["--force-exclude", "old/common.cfg", "common.cfg"]);
    assert_finds(&both, &["common.cfg quoted-value"]);
    assert_eq!(both.err, "");
    assert_finds(&concise(site.path(), &["--force-exclude"]), &["common.cfg quoted-value"]);
    run(site.path(), &["lint", "--force-exclude", "nowhere"]).assert_unable("`nowhere` does not exist");
}

#[test]
fn per_path_settings_suppress_rules() {
    let per_path = |rules: &str| format!("[lint.per-path]\n\"old/**\" = [{rules}]\n");
    let site = site(&per_path("\"quoted-value\",\n \"unreachable-file\", \"missing-include\""));
    let said = concise(site.path(), &[]);
    assert_finds(&said, &["common.cfg quoted-value"]);
    assert!(said.out.contains("(3 suppressed)"), "{}", said.out);
    // `--ignore-suppressions` applies to comments, not to settings.
    assert_finds(&concise(site.path(), &["--ignore-suppressions"]), &["common.cfg quoted-value"]);

    write(site.path(), "fvprov.toml", per_path("\n  \"trailing-whitespace\",\n  \"missing-header\""));
    let said = concise(site.path(), &["--select", "trailing-whitespace,unused-suppression"]);
    assert_eq!(
        said.out.lines().next(),
        Some(
            "fvprov.toml:3:3: warning[unused-suppression] `trailing-whitespace` reports nothing in paths that match `old/**`: this entry suppresses nothing"
        )
    );
    assert_finds(&said, &["fvprov.toml unused-suppression"]);
    // If only a part of the tree is checked, unused entries are not reported.
    for part in [&["old/site"][..], &["common.cfg"]] {
        assert!(!concise(site.path(), part).out.contains("unused-suppression"), "{part:?}");
    }
    write(site.path(), "fvprov.toml", per_path("\"trailing-whitespaces\""));
    run(site.path(), &["lint"])
        .assert_unable("there is no rule `trailing-whitespaces`; did you mean `trailing-whitespace`?");
}

#[test]
fn findings_in_settings_beside_the_tree_have_their_path() {
    let site = tree(&[
        (
            "ours.toml",
            "[inventory]\nfile = \"phones.csv\"\n[lint.per-path]\n\"*.cfg\" = [\"weak-tls\"]\n".to_owned(),
        ),
        ("phones.csv", "mac\n001122000001\n".into()),
        ("tree/y000000000000.cfg", cfg("")),
        ("tree/0021f2000001.cfg", cfg("")),
    ]);
    let select = ["tree", "--config", "ours.toml", "--select", "unused-suppression,invalid-mac,weak-tls"];
    let said = concise(site.path(), &select);
    assert_finds(&said, &["ours.toml unused-suppression", "phones.csv invalid-mac"]);
    let inside = site.path().join("tree");
    let said = concise(&inside, &["--config", "../ours.toml", "--select", "invalid-mac"]);
    let shown = format!("{}:2:1: warning[invalid-mac]", site.path().join("phones.csv").display());
    assert!(said.out.starts_with(&shown), "{shown}: {}", said.out);
}

#[test]
fn a_version_mismatch_is_reported_before_other_errors() {
    let site = site("required-version = \">=99\"\nunheard-of = true\n[lint]\nfail-off = 1\n");
    let wanted = "fvprov.toml`: line 1: requires fvprov >=99, but this is ";
    for command in [&["lint"][..], &["phones"], &["explain", "lang.gui"]] {
        let said = run(site.path(), command);
        assert!(said.err.contains(wanted), "{}", said.err);
        assert_eq!((said.code, said.err.lines().count()), (Some(2), 1), "{command:?}");
    }
    write(site.path(), "fvprov.toml", "required-version = \"soon\"\n");
    run(site.path(), &["lint"]).assert_unable("`soon` is not a version range; example: `>=0.1`");
}

#[test]
fn phones_and_the_inventory_are_compared() {
    let rules = ["--select", "unlisted-phone,invalid-mac"];
    for (delimiter, name) in [(",", "Model"), (";", "MODEL"), ("\t", "model")] {
        let rows = format!(
            "\u{feff}Site,MAC,{name},Password\r\n\"Köln, Hof\",00:21:F2:00:00:01,fip14g,Kranich-1\r\n,,,\r\nIzmir,0021.f200.0002,,\r\n"
        )
        .replace(',', delimiter);
        let site = tree(&[
            ("fvprov.toml", "[inventory]\nfile = \"lists/phones.csv\"\n".to_owned()),
            ("lists/phones.csv", rows),
            ("0021f2000001.cfg", cfg("")),
            ("0021f2000003.cfg", cfg("")),
        ]);
        let said = run(site.path(), &[&["lint", "--fail-on", "never"], &rules[..]].concat());
        assert!(said.out.contains("phone 0021f2000003 is not in the inventory"), "{}{}", said.out, said.err);
        assert!(!said.out.contains("Kranich"), "{}", said.out);
        let phones = run(site.path(), &["phones", "--format", "json"]).json();
        assert_eq!(phones[0]["model"], "fip14g");
    }
}

#[test]
fn an_inventory_without_its_columns_is_an_error() {
    let site = tree(&[
        ("fvprov.toml", "[inventory]\nfile = \"phones.csv\"\n".to_owned()),
        ("y000000000000.cfg", cfg("")),
    ]);
    run(site.path(), &["lint"]).assert_unable("the inventory `phones.csv`: ");
    for (text, words) in [
        (&b""[..], "the inventory `phones.csv`: row 1: there is no column `mac`"),
        (
            b"MAC-Adresse;Modell;Standort\n0021f2000001;FIP10;Berlin\n",
            "the columns are `MAC-Adresse`, `Modell`, `Standort`; if `MAC-Adresse` contains the MACs, set `[inventory] \
             columns = { mac = \"MAC-Adresse\" }`",
        ),
        (b"PK\x03\x04\0\0\0", "save the spreadsheet as CSV"),
    ] {
        write(site.path(), "phones.csv", text);
        run(site.path(), &["lint"]).assert_unable(words);
    }
    let mapping =
        "[inventory]\nfile = \"phones.csv\"\ncolumns = { mac = \"MAC-Adresse\", modell = \"Model\" }\n";
    write(site.path(), "fvprov.toml", mapping);
    write(site.path(), "phones.csv", "MAC-Adresse;Modell\n0021f2000001;FIP10\n");
    run(site.path(), &["lint"]).assert_unable("there is no column `Model`");
    run(site.path(), &["lint"]).assert_unable("did you mean `Modell`?");
    let settings = "[models]\n\"0021f2*\" = \"fip14x\"\n";
    write(site.path(), "fvprov.toml", settings);
    run(site.path(), &["lint"])
        .assert_unable("[models] `0021f2*`: the catalogue does not contain the model `fip14x`");
}

/// A fleet of three phones whose inventory has an error in every second row.
fn fleet_with_bad_rows() -> TempDir {
    let rows = "mac,model,site,address\n\
        00:21:F2:00:00:01,FIP-14G,berlin,10.0.0.1\n\
        \"1,23E+11\",fip10,berlin,10.0.0.9\n\
        00:21:F2:00:00:02,T46S,berlin,10.0.0.2\n\
        ,fip10,berlin,\n\
        00:21:F2:00:00:03,Flyingvoice FIP10,berlin,10.0.0.3\n\
        0021f2000001,fip10,izmir,10.0.0.7\n";
    let settings = "[inventory]\nfile = \"phones.csv\"\n\
        [generate]\ntemplates = [\"phone.cfg.j2\"]\n";
    let site = tree(&[
        ("fvprov.toml", settings.to_owned()),
        ("phones.csv", rows.to_owned()),
        ("phone.cfg.j2", "#!version:1.0.0.1\nlang.gui = German\n".to_owned()),
    ]);
    for phone in 1..=3 {
        write(site.path(), &format!("0021f200000{phone}.cfg"), cfg("lang.gui = German\n"));
    }
    site
}

#[test]
fn one_bad_cell_does_not_stop_the_fleet() {
    let site = fleet_with_bad_rows();
    let lint = run(site.path(), &["lint", "--format", "json"]);
    let findings = lint.json()["findings"].as_array().unwrap().clone();
    let places: Vec<(&str, u64, u64)> = findings
        .iter()
        .filter(|finding| finding["file"] == "phones.csv" && finding["rule"] != "source-in-served-tree")
        .map(|finding| {
            let (rule, start) = (finding["rule"].as_str().unwrap(), &finding["start"]);
            (rule, start["line"].as_u64().unwrap(), start["column"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(
        places,
        [
            ("invalid-inventory-row", 3, 2),
            ("unknown-model", 4, 19),
            ("invalid-inventory-row", 5, 1),
            ("invalid-inventory-row", 7, 1),
        ]
    );
    assert!(!lint.err.contains("this row is ignored"), "{}", lint.err);
    let mac = "--mac=0021f2000001";
    for command in [
        &["render", mac][..],
        &["why", "lang.gui", mac],
        &["diff", ".", ".", "--exit-code"],
        &["phones"],
        &["impact", "lang.gui"],
        &["get", "lang.gui", mac],
        &["set", "lang.gui=English", "--file=0021f2000001.cfg"],
        &["notify", "--dry-run", mac],
    ] {
        let said = run(site.path(), command);
        assert_eq!(said.code, Some(0), "{command:?}: {}{}", said.out, said.err);
        let is_noted =
            said.err.contains("note: `phones.csv`: row 3, column `mac`: `1,23E+11` is not a MAC address");
        assert_eq!(is_noted, command[0] != "notify", "{command:?}: {}", said.err);
    }
    let phones = run(site.path(), &["phones", "--format", "json", "--quiet"]).json();
    let models: Vec<&Value> = phones.as_array().unwrap().iter().map(|phone| &phone["model"]).collect();
    assert_eq!(models, [&Value::from("fip14g"), &Value::Null, &Value::from("fip10")]);
}

#[test]
fn inventory_rows_with_a_wrong_number_of_cells_are_reported() {
    let rows = "mac,model,site,room,note\n\
        0021f2000001,-,berlin,1,a,\n\
        0021f2000002,n/a,berlin,1,a,extra\n\
        0021f2000003,fip10\n";
    let site = tree(&[
        ("fvprov.toml", "[inventory]\nfile = \"phones.csv\"\n".to_owned()),
        ("phones.csv", rows.to_owned()),
    ]);
    for phone in 1..=3 {
        write(site.path(), &format!("0021f200000{phone}.cfg"), cfg("lang.gui = German\n"));
    }
    let lint = run(site.path(), &["lint", "--format", "json"]);
    let findings = lint.json()["findings"].as_array().unwrap().clone();
    let found: Vec<(&str, u64, &str)> = findings
        .iter()
        .filter(|finding| finding["file"] == "phones.csv" && finding["rule"] != "source-in-served-tree")
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap();
            (text("rule"), finding["start"]["line"].as_u64().unwrap(), text("message"))
        })
        .collect();
    let [(first, 3, long), (second, 4, short)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!([*first, *second], ["invalid-inventory-row"; 2]);
    assert!(long.starts_with("this row has 6 cells, but row 1 has 5"), "{long}");
    assert!(short.starts_with("this row has 2 cells, but row 1 has 5"), "{short}");
}

#[test]
fn generate_writes_the_files_of_the_other_rows() {
    let site = fleet_with_bad_rows();
    let said = run(site.path(), &["generate", "--out", "new"]);
    assert_eq!(said.code, Some(1), "{}", said.err);
    for words in [
        "error: phones.csv: row 3, column `mac`: `1,23E+11` is not a MAC address",
        "error: phones.csv: row 5, column `mac`: it is empty",
        "error: phones.csv: row 7: the phone 0021f2000001 is already in row 2",
        "3 files written",
        "error: 3 errors: the files for these rows were skipped",
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    assert!(site.path().join("new/0021f2000003.cfg").is_file());
}

#[test]
fn german_columns_are_mapped_everywhere() {
    let site = tree(&[
        (
            "fvprov.toml",
            "[inventory]\nfile = \"phones.csv\"\ncolumns = { mac = \"MAC-Adresse\", model = \"Modell\", site = \"Standort\" }\n\
             [generate]\ntemplates = [\"phone.cfg.j2\"]\n"
                .to_owned(),
        ),
        ("phones.csv", "MAC-Adresse;Modell;Standort\n00:21:F2:00:00:01;FIP10(P);Köln\n00:21:F2:00:00:02;;Bonn\n".to_owned()),
        ("phone.cfg.j2", "#!version:1.0.0.1\naccount.1.label = {{ site }}\n".to_owned()),
    ]);
    let said = run(site.path(), &["generate"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let text = std::fs::read_to_string(site.path().join("0021f2000001.cfg")).unwrap();
    assert!(text.contains("account.1.label = Köln"), "{text}");
    let said = run(site.path(), &["lint"]);
    assert!(said.err.contains("note: 1 of 2 phones has no model: rules that require"), "{}", said.err);
    write(
        site.path(),
        "fvprov.toml",
        "[inventory]\nfile = \"phones.csv\"\ncolumns = { mac = \"MAC-Adresse\" }\n",
    );
    let said = run(site.path(), &["lint"]);
    let hint = "if the column `Modell` of the inventory contains it, set `[inventory] columns = { model = \"Modell\" }`";
    assert!(
        said.err.contains("note: 2 of 2 phones have no model") && said.err.contains(hint),
        "{}",
        said.err
    );
}

#[test]
fn files_that_editors_and_rsync_write_are_no_phones() {
    let site =
        tree(&[("0021f2000001.cfg", cfg("lang.gui = German\n")), (".~tmp~/0021f2000001.cfg", cfg(""))]);
    let names = [".0021f2000001.cfg.swp", "#0021f2000001.cfg#", ".0021f2000001.cfg.aB3xYz"];
    for name in names {
        write(site.path(), name, cfg(""));
    }
    // Data and uploads of other programs are no phones either.
    for name in [
        "._0021f2000002.cfg",
        ".svn/pristine/0021f2000002.cfg",
        "@eaDir/0021f2000002.cfg",
        ".in.0021f2000002.cfg.",
        ".!1234!0021f2000002.cfg",
        ".ansible_tmpx1y20021f2000002.cfg",
        "0021f2000002.cfg.filepart",
    ] {
        write(site.path(), name, cfg(""));
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("user@host.123", site.path().join(".#0021f2000001.cfg")).unwrap();
    let said = run(site.path(), &["lint"]);
    assert_eq!(said.out, "clean: 1 file and 1 phone, no findings\n", "{}", said.err);
    assert_eq!(run(site.path(), &["phones", "--format", "json"]).json().as_array().unwrap().len(), 1);
    let file = std::fs::File::options().write(true).open(site.path().join(names[0])).unwrap();
    file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(100_000)).unwrap();
    let said = run(site.path(), &["lint", "--format", "concise"]);
    let wanted = ".0021f2000001.cfg.swp:1:1: info[left-over-file] Vim left this temporary file here more than a day ago";
    assert!(said.out.contains(wanted), "{}", said.out);
    assert_eq!(said.code, Some(0));
}

#[test]
fn a_schema_defines_deprecated_names() {
    let entry = r#"{"version": 1, "parameters": [{"name": "account.X.title", "section": "Ours", "description": "Its label.",
        "type": "text", "evidence": "flyingvoice", "source": "us", "scope": "mac", "effect": "live",
        "deprecated": "account.X.label"}]}"#;
    let site = tree(&[
        ("y000000000000.cfg", cfg("account.2.title = Hall\n")),
        ("ours.json", entry.to_owned()),
        ("wrong.json", entry.replace("X.label", "X.lable")),
    ]);
    let schema = ["--schema", "ours.json"];
    let said = concise(site.path(), &schema);
    assert!(
        said.out.contains("`account.2.title` is deprecated: `account.2.label` replaces it"),
        "{}",
        said.out
    );
    let said = run(site.path(), &[&["explain", "account.7.title"], &schema[..]].concat());
    assert!(said.out.contains("deprecated  use account.7.label instead"), "{}", said.out);
    let said = run(site.path(), &[&["explain", "account.7.title", "--format", "json"], &schema[..]].concat());
    assert_eq!(said.json()["deprecated"], "account.X.label");
    let said = run(site.path(), &["schema", "check", "wrong.json"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.out.contains("wrong.json:3") && said.out.contains("did you mean `account.X.label`?"),
        "{}",
        said.out
    );
    let said = run(site.path(), &[&["lint", "--fix", "--unsafe-fixes"], &schema[..]].concat());
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let mended = read(site.path(), "y000000000000.cfg");
    assert_eq!(mended, cfg("account.2.label = Hall\n"));
}
