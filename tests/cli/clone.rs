//! A clone without secrets and without generated files: commands evaluate what `generate` would write.

use tempfile::TempDir;

use crate::support::program::{Run, run};
use crate::support::tree::{HEADER, cfg, read, tree, write};

const SETTINGS: &str = "[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n[generate]\n\
    templates = [\"templates/phone.boot.j2\", \"templates/phone.cfg.j2\"]\nsecrets = \"secrets.csv\"\n";
const BOOT: &str = "#!version:1.0.0.1\ninclude:config <y000000000000.cfg>\ninclude:config <sites/{{ site }}.cfg>\n\
    include:config <{{ mac }}.cfg>\n";
const CFG: &str = "#!version:1.0.0.1\n{# One account. #}\n# For {{ name }}\naccount.1.enable = 1\n\
    account.1.label = {{ extension }}\naccount.1.display_name = {{ name }}\naccount.1.user_name = {{ extension }}\n\
    account.1.auth_name = {{ extension }}\naccount.1.password = {{ secrets.password }}\n\
    account.1.sip_server.1.address = sip.example.com\naccount.1.sip_server.1.port = {{ port }}\n";

/// The list of 60 phones; the cells of phone 57 are `site` and `port`.
fn list(site: &str, port: &str) -> String {
    let rows = (1..=60).map(|at| {
        let (site, port) = if at == 57 { (site, port) } else { ("berlin", "5060") };
        format!("00:21:F2:00:00:{at:02X},{site},{},Desk {at},{port}\n", 100 + at)
    });
    format!("mac,site,extension,name,port\n{}", rows.collect::<String>())
}

fn clone(list: &str, template: &str) -> TempDir {
    let boot = cfg("include:config <y000000000000.cfg>\n");
    let common = cfg("static.auto_provision.server.url = https://prov.example.com/\nlang.gui = German\n");
    let site = cfg("local_time.time_zone = +1\n");
    tree(&[
        ("fvprov.toml", SETTINGS),
        ("www/y000000000000.boot", boot.as_str()),
        ("www/y000000000000.cfg", common.as_str()),
        ("www/sites/berlin.cfg", site.as_str()),
        ("templates/phone.boot.j2", BOOT),
        ("templates/phone.cfg.j2", template),
        ("phones.csv", list),
    ])
}

fn lint(clone: &TempDir) -> Run {
    run(clone.path(), &["lint", "--output-format", "concise"])
}

#[test]
fn a_clone_without_faults_is_clean_and_one_line_says_what_is_unknown() {
    let clone = clone(&list("berlin", "5060"), CFG);
    let said = lint(&clone);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(
        said.err.lines().filter(|line| line.contains("in memory")).collect::<Vec<_>>(),
        [
            "note: the tree does not contain 120 files that `generate` writes for 60 phones: fvprov evaluates them in memory; \
             secrets that are not available here are unknown"
        ]
    );
    assert!(!said.out.contains("warning") && !said.out.contains("error["), "{}", said.out);
    assert!(!clone.path().join("www/0021f2000001.cfg").exists());
}

#[test]
fn lint_finds_a_wrong_cell_a_wrong_template_line_and_a_missing_include() {
    let template = CFG.replace("account.1.enable = 1", "account.1.enable = maybe");
    let clone = clone(&list("brelin", "506O"), &template);
    let said = lint(&clone);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    let has =
        |start: &str, rule: &str| said.out.lines().any(|line| line.starts_with(start) && line.contains(rule));
    assert!(has("phones.csv:58:38: ", "invalid-value"), "{}", said.out);
    assert!(has("phones.csv:58:19: ", "missing-include"), "{}", said.out);
    assert!(has("templates/phone.cfg.j2:4:", "invalid-value"), "{}", said.out);
    // One line of the template is one finding, not 60.
    assert_eq!(said.out.matches("templates/phone.cfg.j2:4:").count(), 1, "{}", said.out);
}

#[test]
fn an_error_of_a_row_or_a_template_fails() {
    let faulty = clone(&list("berlin", "\"50\n60\""), CFG);
    let said = lint(&faulty);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    let row = "phones.csv:58:1: error[ungenerated-file] `generate` cannot write the files of row 58, column `port`: it \
        contains a line break";
    assert!(said.out.contains(row), "{}", said.out);
    assert_eq!(said.out.lines().count(), 2, "the phone is reported once: {}", said.out);
    let faulty = clone(&list("berlin", "5060"), &CFG.replace("{{ port }}", "{{ prot }}"));
    let said = lint(&faulty);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    let line = "templates/phone.cfg.j2:11:1: error[ungenerated-file] `generate` cannot write the files of row 2 and 59 \
        more: `prot`: phones.csv does not have this column; did you mean `port`?";
    assert!(said.out.contains(line), "{}", said.out);
    assert_eq!(said.out.lines().count(), 2, "{}", said.out);
}

#[test]
fn errors_of_rows_and_templates_are_in_every_format() {
    let clone = clone(&list("berlin", "#REF!"), CFG);
    write(clone.path(), "templates/phone.boot.j2", BOOT.replace("{{ mac }}", "{{ mca }}"));
    let rule = "ungenerated-file";
    for format in ["full", "json", "sarif", "junit", "github", "gitlab", "rdjson", "markdown"] {
        let said = run(clone.path(), &["lint", "--output-format", format]);
        assert_eq!(said.code, Some(1), "{format}: {}{}", said.out, said.err);
        assert!(!said.err.contains("error"), "{format}: {}", said.err);
        assert!(said.out.contains(rule), "{format}: {}", said.out);
        assert!(
            said.out.contains("phones.csv") && said.out.contains("phone.boot.j2"),
            "{format}: {}",
            said.out
        );
    }
}

#[test]
fn a_list_that_is_not_the_inventory_is_reported_at_its_rows() {
    let clone = clone(&list("berlin", "5060"), CFG);
    write(
        clone.path(),
        "fvprov.toml",
        SETTINGS
            .replace("[inventory]\nfile = \"phones.csv\"\n", "")
            .replace("[generate]\n", "[generate]\nfrom = \"phones.csv\"\n"),
    );
    write(
        clone.path(),
        "phones.csv",
        format!("{}zz,berlin,1,a,5060\n0021f20000ff,berlin\n", list("berlin", "5060")),
    );
    let said = lint(&clone);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.out.contains("phones.csv:62:1: error[ungenerated-file]"), "{}", said.out);
    assert!(said.out.contains("phones.csv:63:1: error[ungenerated-file] row 63 has 2 cells"), "{}", said.out);
}

#[test]
fn get_prints_what_the_phone_gets() {
    let clone = clone(&list("berlin", "5070"), CFG);
    let name = "account.1.sip_server.1.port";
    assert_eq!(run(clone.path(), &["get", name, "--mac", "0021f2000039"]).success(), "5070\n");
    assert_eq!(run(clone.path(), &["get", name, "--file", "www/0021f2000039.cfg"]).success(), "5070\n");
    let said = run(clone.path(), &["get", "account.1.password", "--mac", "0021f2000039"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{}", said.err);
    assert!(
        said.err.contains("the value of `account.1.password` is a secret that is not available"),
        "{}",
        said.err
    );
}

#[test]
fn set_edits_the_cell_and_refuses_what_comes_from_the_template() {
    let clone = clone(&list("berlin", "5070"), CFG);
    let before = read(clone.path(), "phones.csv");
    let said = run(clone.path(), &["set", "--mac", "0021f2000039", "account.1.display_name=Lobby"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(said.err.contains("phones.csv: row 58, column `name`: was `Desk 57`"), "{}", said.err);
    assert_eq!(read(clone.path(), "phones.csv"), before.replace("Desk 57", "Lobby"));
    assert!(
        !clone.path().join("www/0021f2000039.cfg").exists()
            && !clone.path().join("www/0021f2000039.boot").exists()
    );
    for args in [
        &["set", "--mac", "0021f2000039", "account.1.enable=0", "--force"][..],
        &["unset", "--mac", "0021f2000039", "account.1.enable"],
    ] {
        let said = run(clone.path(), args);
        assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
        let words = "`generate` writes `www/0021f2000039.cfg`, which does not exist here: `account.1.enable` comes from \
            `templates/phone.cfg.j2:4`; change that";
        assert!(said.err.contains(words), "{}", said.err);
    }
    let said = run(clone.path(), &["set", "--mac", "0021f2000039", "lang.wui=German"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.err.contains("add `lang.wui` to the template"), "{}", said.err);
    let said = run(clone.path(), &["set", "--mac", "0021f2000039", "--shared", "local_time.time_zone=+2"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(read(clone.path(), "www/sites/berlin.cfg").contains("local_time.time_zone = +2"));
}

#[test]
fn render_shows_everything_but_the_secrets() {
    let clone = clone(&list("berlin", "5070"), CFG);
    let said = run(clone.path(), &["render", "--mac", "0021f2000039"]).success();
    for line in [
        "account.1.label = 157",
        "account.1.display_name = Desk 57",
        "account.1.password = <secret>",
        "account.1.sip_server.1.port = 5070",
        "lang.gui = German",
        "local_time.time_zone = +1",
    ] {
        assert!(said.contains(&format!("{line}\n")), "{line}\n{said}");
    }
    let said = run(clone.path(), &["why", "account.1.password", "--mac", "0021f2000039"]).success();
    assert!(!said.contains("Unknown7"), "{said}");
    let phones = run(clone.path(), &["phones", "--format", "csv"]).success();
    assert_eq!(phones.lines().count(), 61, "{phones}");
    let impact = run(clone.path(), &["impact", "www/sites/berlin.cfg"]).success();
    assert!(impact.contains("all 60 phones"), "{impact}");
}

#[test]
fn a_phone_without_files_in_a_tree_with_generated_files_is_missing() {
    let clone = clone(&list("berlin", "5060"), CFG);
    write(clone.path(), "www/0021f2000001.boot", format!("{HEADER}include:config <0021f2000001.cfg>\n"));
    write(clone.path(), "www/0021f2000001.cfg", cfg("account.1.enable = 0\n"));
    let said = lint(&clone);
    assert!(!said.err.contains("in memory"), "{}", said.err);
    assert!(said.out.contains("missing-phone"), "{}", said.out);
}

#[test]
fn a_served_directory_that_only_generate_fills_need_not_exist() {
    let clone = clone(&list("berlin", "5060"), CFG);
    std::fs::remove_dir_all(clone.path().join("www")).unwrap();
    let said = run(clone.path(), &["lint", "--output-format", "concise", "--no-fold"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(
        said.out.contains("templates/phone.boot.j2:2:1: ") && said.out.contains("missing-include"),
        "{}",
        said.out
    );
}

#[test]
fn publish_writes_what_generate_would_write_and_refuses_without_secrets() {
    let clone = clone(&list("berlin", "5060"), CFG);
    let said = run(clone.path(), &["publish", "--force", "dest"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.err.contains("the phones' secrets are not available"), "{}", said.err);
    assert!(!clone.path().join("dest").exists());
    let secrets = (1..=60)
        .map(|at| format!("0021f20000{at:02x},Kq{}vRt{at}mXp\n", at * 7919))
        .collect::<Vec<_>>()
        .concat();
    write(clone.path(), "secrets.csv", format!("mac,password\n{secrets}"));
    let said = run(clone.path(), &["publish", "dest"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    let own = std::fs::read_to_string(clone.path().join("dest/0021f2000039.cfg")).unwrap();
    assert!(own.contains("account.1.display_name = Desk 57\n") && own.contains("vRt57mXp"), "{own}");
    assert!(!clone.path().join("www/0021f2000001.cfg").exists());
    assert!(!clone.path().join("dest/phones.csv").exists());
}
