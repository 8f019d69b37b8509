//! `phones`: columns, counts, formats, and secrets.

use tempfile::TempDir;

use crate::support::program::run;
use crate::support::tree::{boot, cfg, tree};

fn site() -> TempDir {
    let phone = |mac: &str| boot(&["common.cfg", &format!("{mac}.cfg")]);
    tree(&[
        ("fvprov.toml", "[inventory]\nfile = \"phones.csv\"\n".to_owned()),
        (
            "phones.csv",
            "mac,site,name,model,pin\n0021f2000001,Köln,\"Weber | Hof, 2\",fip14g,4711\n\
             0021f2000002,Köln,=Depo,fip99,0815\n0021f2000003,,Three,fip10,\n"
                .into(),
        ),
        ("common.cfg", cfg("lang.gui = German\n")),
        ("0021f2000001.boot", phone("0021f2000001")),
        ("0021f2000001.cfg", cfg("account.1.password = hunter22\naccount.1.user_name = 101\n")),
        ("0021f2000002.boot", phone("0021f2000002")),
        ("0021f2000002.cfg", cfg("lang.gui = Turkish\n")),
        ("0021f2000003.boot", phone("0021f2000003")),
        ("0021f2000003.cfg", cfg("account.1.user_name = 103\n")),
    ])
}

fn phones(site: &TempDir, args: &[&str]) -> String {
    run(site.path(), &[&["-q", "phones"], args].concat()).success()
}

#[test]
fn columns_are_those_of_the_list_and_effective_values() {
    let site = site();
    assert_eq!(
        phones(&site, &["--columns", "site,name,account.1.user_name,lang.gui,settings"]),
        "MAC           SITE  NAME            account.1.user_name  lang.gui  SETTINGS\n\
         0021f2000001  Köln  Weber | Hof, 2  101                  German    3\n\
         0021f2000002  Köln  =Depo           -                    Turkish   1\n\
         0021f2000003  -     Three           103                  German    2\n"
    );
    assert_eq!(
        phones(&site, &["--columns", "Name,mac,boot", "--where", "site=Köln", "--format", "csv"]),
        "Name,mac,boot\n\"Weber | Hof, 2\",0021f2000001,0021f2000001.boot\n'=Depo,0021f2000002,0021f2000002.boot\n"
    );
    assert_eq!(
        phones(&site, &["--columns", "site,files,settings", "--phone", "Three", "--format", "jsonl"]),
        "{\"files\":[\"common.cfg\",\"0021f2000003.cfg\"],\"mac\":\"0021f2000003\",\"settings\":2,\"site\":null}\n"
    );
    assert_eq!(
        phones(&site, &["--columns", "name", "--mac", "0021f2000001", "--format", "markdown"]),
        "| MAC | NAME |\n|---|---|\n| 0021f2000001 | Weber \\| Hof, 2 |\n"
            .replace("MAC | NAME", "mac | name")
    );
    let said = run(site.path(), &["-q", "phones", "--columns", "lang.gu"]);
    said.assert_unable("there is no column or parameter `lang.gu`; did you mean `lang.gui`");
}

#[test]
fn phones_are_counted_by_columns() {
    let site = site();
    assert_eq!(
        phones(&site, &["--by", "site,model"]),
        "SITE  MODEL   PHONES\n-     fip10   1\nKöln  -       1\nKöln  fip14g  1\n"
    );
    assert_eq!(
        phones(&site, &["--by", "lang.gui", "--format", "csv"]),
        "lang.gui,phones\nGerman,2\nTurkish,1\n"
    );
    assert_eq!(
        phones(&site, &["--by", "site", "--where", "site=", "--format", "json"]),
        "[{\"phones\":1,\"site\":null}]\n"
    );
}

#[test]
fn secrets_are_masked_unless_requested() {
    let site = site();
    let columns = ["--columns", "pin,account.1.password"];
    let masked = phones(&site, &columns);
    assert!(
        masked.contains("<secret #1>") && !masked.contains("4711") && !masked.contains("hunter22"),
        "{masked}"
    );
    let unmasked = phones(&site, &[&columns[..], &["--show-secrets"]].concat());
    assert!(unmasked.contains("4711") && unmasked.contains("hunter22"), "{unmasked}");
    assert!(!phones(&site, &["--by", "account.1.password"]).contains("hunter22"));
}

#[test]
fn findings_in_a_row_of_the_list_count_to_its_phone() {
    let site = site();
    let count = |mac: &str| {
        let text = phones(&site, &["--columns", "findings", "--mac", mac, "--format", "jsonl"]);
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["findings"].as_u64().unwrap()
    };
    let before = count("0021f2000002");
    let list = std::fs::read_to_string(site.path().join("phones.csv")).unwrap();
    std::fs::write(site.path().join("phones.csv"), list.replace("fip99", "fip15g")).unwrap();
    assert_eq!(count("0021f2000002") + 1, before, "unknown-model is in its row");
}

#[test]
fn complete_lists_do_not_end_in_dots() {
    let site = tree::<&str>(&[]);
    for n in 1..=9 {
        let path = site.path().join(format!("0021f200000{n}.boot"));
        std::fs::write(path, boot(&["missing.cfg", "common.cfg"])).unwrap();
    }
    std::fs::write(site.path().join("common.cfg"), cfg("lang.gui = German\n")).unwrap();
    for args in [
        &["lint"][..],
        &["impact", "common.cfg"],
        &["diff", ".", ".", "--with", "common.cfg:lang.gui=French"],
        &["diff", ".", ".", "--with", "lang.gui=French", "--without", "0021f2000009.boot"],
    ] {
        let said = run(site.path(), &[args, &["--no-fold"]].concat());
        assert!(!said.out.contains('…'), "{}", said.out);
        assert!(said.out.contains("0021f2000008"), "{}", said.out);
    }
}
