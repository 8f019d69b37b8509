//! Passwords in every place where users write them: no report contains one, and `render` prints all that are
//! set.

use fvprov::output::findings::Format;
use tempfile::TempDir;

use crate::support::program::{Run, run, run_with};
use crate::support::tree::{boot, cfg, read, tree};

/// Lines of a cfg file. Words that begin with `Kranich` must not be printed.
const LINES: &str = "\
account.1.password = Kranich01 \n\
account.1.pasword = Kranich02 \n\
account.1.pass word = Kranich03\n\
account.1.password Kranich04\n\
account.1.password Kranich05 = x\n\
account.1.password: Kranich06\n\
account.1.password:Kranich07=x\n\
account.2.password =\n\
Kranich08\n\
account.3.password =\n\
Kranich09==\n\
account.4.password = Kranich10 # it was Kranich11 before \n\
account.4.password = \"Kranich12\"\n\
account.4.passwort = Kranich13 \n\
lang.gui = Englishaccount.5.password = Kranich14\n\
account.6.password = Kranich15account.7.password = Kranich16\n\
# account.5.password = Kranich17\u{200b}\n\
# the old password was Kranich18\u{200b}\n\
remote_phonebook.data.1.url = http://me:Kranich19@h/x.xml \n\
remote_phonebook.data.2.url = http://me:Kranich20/x@h/x.xml \n\
remote_phonebook.data.3.url = ftp:me:Kranich21@h/x.xml \n\
remote_phonebook.data.4.url = me:Kranich22@h/x.xml \n\
remote_phonebook.data.5.url = https://me:Kranich23@h/x.xml https://you:Kranich24@h/ \n\
static.security.user_password = admin:Kranich25 \n\
static.security.user_password = user:Kranich26 \n\
static.auto_provision.server.password = %NULL%Kranich27 \n\
some.thing.pw = Kranich28 \n\
some.thing.secret = Kranich29 \n\
ldap.pwd = Kranich30 \n\
ACCOUNT.1.PASSWORD = Kranich31 \n\
  account.8.password = Kranich32\n\
account.9.password == Kranich33 \n\
account..password = Kranich34 \n\
\taccount.1.auth_password = {{ Kranich35 }}\n\
account.1.password\u{3000}= Kranich36\n\
account.10.password\u{a0}Kranich37 = x\n\
account.11.password = account.11.password = Kranich38\n\
static.account.1.password = Kranich39 \n\
account.12.password = “Kranich40”\n\
<account.13.password = Kranich41>\n\
some.apikey = KranichA1\n\
wifi.psk = KranichA2\n\
ldap.user_pass = KranichA3\n\
//account.1.password = KranichA4\n\
;account.1.password = KranichA5\n\
remote_phonebook.data.5.url = http://h/x.xml?password=KranichA6&a=b\n\
some.url = http://h/x.xml?a=b&token=KranichA7#top\n\
other.url = http://me:KranichA8 and 9@h/x.xml\n\
some.passphrase = KranichA9\n\
vpn.passcode = KranichB1\n\
some.credential = KranichB2\n\
-- account.1.password = KranichB3\n\
* account.1.password = KranichB4\n\
# see http://h/?apikey=KranichB5\n\
third.url = http://h/?sig=KranichB6\n\
fourth.url = ftp://KranichB7:x@h/\n\
some.access_token = KranichB8\n\
some.private_key = KranichB9\n\
door.pin = KranichC1\n\
some.shared-key.value.key = KranichC2\n\
fifth.url = http://h/p#token=KranichC3 \n\
sixth.url = http://h/p?%70assword=KranichC4&jwt=KranichC5 \n\
seventh.url = http://h/p;password=KranichC6;sig=KranichC7 \n\
eighth.url = http://h/p?next=http%3A%2F%2Fme%3AKranichC8%40h%2F%3Fkey%3DKranichC9 \n\
snmp.community = KranichD1 \n\
features.unlockCode = KranichD2 \n\
some.cookie = KranichD3 \n\
some.pwrd = KranichD4 \n\
some.digest = KranichD5 \n\
<?php $pw='KranichD6'; $x = 1 \n\
<?php $x = 1;$api_key='KranichD7';\n\
define('DB_PASS', 'KranichD8');\n\
$db->pw('KranichD9');\n\
{\"mac\": 1, \"password\": \"KranichE1\"}\n\
<pw>KranichE2</pw>\n\
-----BEGIN PRIVATE KEY-----\n\
KranichE3KranichE4KranichE5KranichE6KranichE7KranichE8KranichE9Kr\n\
KranichE3KranichE4KranichE5KranichE6KranichE7KranichE8KranichE9Kr\n\
KranichF1==\n";

const BOOT: &str = "\
# password: Kranich50\u{200b}\n\
include:config <http://me:Kranich51@h.example/a.cfg>\n\
include:config <http://me:Kranich52@h.example/a.txt>\n\
include:config http://me:Kranich53@h.example/a.cfg\n\
include:config <ftp:me:Kranich54@h.example/a.cfg>\n\
include:config <http:/me:Kranich55@h.example/a.cfg>\n\
include:config <HTTP:\\\\me:Kranich56@h.example/a.cfg>\n\
include:config <gopher://me:Kranich57@h.example/a.cfg>\n\
include:config <me:Kranich58@h.example/a.cfg>\n\
include:config <http://me:Kranich59@h.example/a.cfg\n\
account.1.password = Kranich60\n\
include:config <common.cfg>\n\
include:config <common.cfg>\n\
include:config <own.cfg>\n";

#[track_caller]
fn assert_hidden(run: &Run, what: &[&str]) {
    run.assert_no_crash();
    for stream in [&run.out, &run.err] {
        let around =
            |(at, _)| stream.chars().skip(stream[..at].chars().count().saturating_sub(60)).take(80).collect();
        let shown: Vec<String> = stream.match_indices("Kranich").map(around).collect();
        assert!(shown.is_empty(), "{what:?} shows {shown:#?}");
    }
}

/// Runs `lint` once and checks every format.
#[track_caller]
fn assert_hidden_in_all_formats(site: &TempDir, more: &[&str]) {
    let reports = tempfile::tempdir().unwrap();
    let outputs = Format::ALL.map(|(word, _)| format!("{word}={}", reports.path().join(word).display()));
    let formats = outputs.iter().flat_map(|output| ["--output-format", output.as_str()]);
    let args: Vec<&str> = ["lint"].into_iter().chain(formats).chain(more.iter().copied()).collect();
    let said = run(site.path(), &args);
    assert_hidden(&said, more);
    for (word, _) in Format::ALL {
        let text = read(reports.path(), word);
        assert_hidden(&Run { code: said.code, out: text, err: String::new() }, &[more, &[word]].concat());
    }
}

#[test]
fn no_report_contains_a_secret() {
    // The second file repeats settings of the first one, overrides them, or sets them to an empty value.
    let own = LINES.replace("Kranich3", "Kranich8").replace("= Kranich10", "=");
    let lines = LINES.replace('\n', "\r\n");
    let mut files = vec![
        ("y000000000000.boot", cfg(BOOT)),
        ("common.cfg", cfg(LINES)),
        ("own.cfg", cfg(&own)),
        ("windows.cfg", cfg(&lines)),
        ("0021f2000001.boot", boot(&["common.cfg", "windows.cfg", "0021f2000001.cfg"])),
        ("0021f2000001.cfg", cfg(LINES)),
        ("lost.cfg", cfg(LINES)),
    ];
    if cfg!(unix) {
        files.push(("ftp:me:Kranich61@h.example.cfg", cfg(LINES)));
        files.push(("http:/me:Kranich62@h.example/0021f2000002.cfg", cfg(LINES)));
    }
    let site = tree(&files);
    let rules = run(site.path(), &["explain", "--list", "--format", "json"]).json();
    let rules = rules.as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap());
    // One rule at a time, because some findings hide others.
    let alone: Vec<[&str; 2]> = rules.map(|rule| ["--select", rule]).collect();
    let all: [&[&str]; 3] = [&[], &["--ignore-suppressions", "--mac", "0021f2000001"], &["--statistics"]];
    for more in all.into_iter().chain(alone.iter().map(|args| &args[..])) {
        assert_hidden_in_all_formats(&site, more);
    }
    assert_hidden(&run(site.path(), &["lint", "--write-baseline", "--baseline", "b.json"]), &["baseline"]);
    let mut known = run(site.path(), &["lint", "--baseline", "b.json", "--select", "weak-tls"]);
    known.out += &read(site.path(), "b.json");
    assert!(known.out.contains("account.1.password"));
    assert_hidden(&known, &["the baseline itself"]);
    for mac in ["any", "0021f2000001"] {
        for format in ["text", "json"] {
            let args = ["why", "*", "--mac", mac, "--format", format];
            assert_hidden(&run(site.path(), &args), &args);
        }
    }
    for format in ["table", "csv", "json"] {
        assert_hidden(&run(site.path(), &["phones", "--format", format]), &["phones", format]);
    }
    assert_hidden(&run(site.path(), &["lint", "--verbose", "--color", "always"]), &["verbose"]);
}

/// Diffs between a tree with `LINES` and one with other values, in both directions and every format, and the
/// impact of their lines.
#[test]
fn no_diff_and_no_impact_contains_a_secret() {
    let other = LINES.replace("Kranich", "Kranich7");
    // A parameter that is secret in one of the two catalogues is secret on both sides.
    let extend = "[schema]\nextend = [\"ours.json\"]\n";
    let ours = r#"{"version": 1, "parameters": [{"name": "our.word", "section": "Ours", "description": "A word.",
        "type": "text", "evidence": "flyingvoice", "source": "us", "scope": "common", "effect": "live", "secret": true}]}"#;
    let side = |directory: &str, lines: &str, url: &str, more: &str| {
        let lines = cfg(&format!("{lines}our.word = Kranich9{directory}\n"));
        let mut files = vec![
            ("y000000000000.boot", cfg(&BOOT.replace("Kranich5", url))),
            ("common.cfg", lines.clone()),
            ("own.cfg", lines.replace("= Kranich10", "=")),
            ("0021f2000001.boot", boot(&["common.cfg", "0021f2000001.cfg"])),
            ("0021f2000001.cfg", cfg(more)),
        ];
        if directory != "old" {
            files.push(("fvprov.toml", extend.into()));
            files.push(("ours.json", ours.into()));
        }
        if cfg!(unix) {
            files.push(("ftp:me:Kranich61@h.example.cfg", lines));
        }
        files.into_iter().map(|(path, text)| (format!("{directory}/{path}"), text)).collect::<Vec<_>>()
    };
    let password = "account.1.password = Kranich90\nldap.pwd = Kranich91\nftp://me:Kranich92@h/ = 1\n";
    let files = [
        side("old", LINES, "Kranich5", password),
        side("new", &other, "Kranich6", ""),
        side("empty", "lang.gui = German\n", "Kranich5", ""),
    ]
    .concat();
    let mut files: Vec<(&str, String)> =
        files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    files.push(("export.cfg", cfg(LINES)));
    let site = tree(&files);
    for format in ["text", "json", "markdown"] {
        for sides in [["old", "new"], ["new", "old"], ["old", "empty"], ["empty", "new"], ["empty", "old"]] {
            let args =
                [&["diff", "--format", format, "--gate", "phones=0,unprovisioned"], &sides[..]].concat();
            let said = run(site.path(), &args);
            assert!(said.out.contains("secret"), "{}", said.out);
            assert_hidden(&said, &args);
        }
        let args = ["diff", "new", "export.cfg", "--mac", "0021f2000001", "--format", format];
        assert_hidden(&run(site.path(), &args), &args);
        let with = "common.cfg:account.1.password=Kranich70";
        let args = ["diff", "old", "old", "--with", with, "--without", "own.cfg", "--format", format];
        assert_hidden(&run(site.path(), &args), &args);
    }
    let said = run(site.path(), &["diff", "old", "new", "--show-secrets"]);
    assert!(said.out.contains("Kranich701") && !said.err.contains("Kranich"), "{}{}", said.out, said.err);
    let lines = (1..=LINES.lines().count() + 1).map(|line| format!("common.cfg:{line}"));
    let boots = (1..=BOOT.lines().count() + 1).map(|line| format!("y000000000000.boot:{line}"));
    let names =
        ["account.1.password", "ldap.pwd", "our.word", "remote_phonebook.data.1.url"].map(String::from);
    for target in lines.chain(boots).chain(names) {
        for format in ["text", "json"] {
            let args = ["impact", "--source", "new", &target, "--format", format];
            assert_hidden(&run(site.path(), &args), &args);
        }
    }
}

#[test]
fn equal_secrets_have_equal_masks() {
    let site = tree(&[
        ("y000000000000.boot", boot(&["a.cfg", "b.cfg"])),
        ("a.cfg", cfg("account.1.password = Kranich1\naccount.2.password = Kranich2\n")),
        ("b.cfg", cfg("account.1.password = Kranich2\n")),
    ]);
    let said = run(site.path(), &["why", "account.1.password", "account.2.password", "--mac", "any"]);
    assert_eq!(
        said.out,
        "account.1.password = <secret #1>\n  \
         set at     b.cfg:2  <secret #1>  included at y000000000000.boot:3\n  \
         overrides  a.cfg:2  <secret #2>  included at y000000000000.boot:2\n\
         account.2.password = <secret #1>\n  \
         set at     a.cfg:3  <secret #1>  included at y000000000000.boot:2\n"
    );
}

#[test]
fn render_prints_secrets() {
    let site = tree(&[("y000000000000.cfg", cfg(LINES))]);
    for format in ["cfg", "json"] {
        let said = run(site.path(), &["render", "--mac", "any", "--format", format]);
        for secret in ["Kranich19", "Kranich25", "Kranich26", "Kranich30"] {
            assert!(said.out.contains(secret), "{format} {secret}");
        }
        assert!(!said.err.contains("Kranich"), "{}", said.err);
    }
}

#[test]
fn error_messages_contain_no_secret() {
    let settings = "[server]\nurl = \"htp://me:Kranich1@h.example/\"\n";
    let broken = "[server]\nurl = \"http://me:Kranich1@h.example/\nroots = 1\n";
    let site = tree(&[
        ("y000000000000.boot", boot(&["http://me:Kranich1@h.example/a.cfg"])),
        ("settings.toml", settings.into()),
        ("broken.toml", broken.into()),
    ]);
    for args in [
        &["lint", "http://me:Kranich1@h.example/"][..],
        &["lint", "--config", "settings.toml"],
        &["lint", "--config", "broken.toml"],
        &["phones", "--config", "settings.toml", "-v"],
        &["render", "--mac", "any", "http://me:Kranich1@h.example/"],
        &["why", "lang.gui", "--mac", "any"],
    ] {
        let said = run_with(site.path(), args, &[]);
        assert_ne!(said.code, Some(0));
        assert_hidden(&said, args);
    }
}

/// The places of secrets outside of boot and cfg files. With those in `LINES` and `BOOT` there are more than 80.
#[test]
fn secrets_in_other_places_are_not_printed() {
    let settings = "[server]\nurl = \"http://me:KranichD1@h.example/?token=KranichD2\"\n\
                    [inventory]\nfile = \"phones.csv\"\n\
                    [generate]\nsecrets = \"secrets.csv\"\ntemplates = [\"phone.cfg.j2\"]\nenv = [\"SIP_SECRET\"]\n";
    let template = "#!version:1.0.0.1\n{# KranichD3 #}\naccount.1.password = {{ secrets.password }}\n\
                    account.2.password = {{ env.SIP_SECRET }}\naccount.3.password = KranichD4\n\
                    remote_phonebook.data.1.url = http://me:{{ secrets.word }}@h/\n";
    let site = tree(&[
        ("fvprov.toml", settings.to_owned()),
        ("phones.csv", "mac,model,note\n0021f2000001,fip14g,http://me:KranichD5@h/\n".into()),
        (
            "secrets.csv",
            "mac,password,word\n0021f2000001,KranichD6,KranichD7\n0021f2000001,KranichD8,x\n".into(),
        ),
        ("phone.cfg.j2", template.into()),
        ("broken.cfg.j2", "account.1.password = KranichD9\n{{ nothing }}\n".into()),
        ("y000000000000.cfg", cfg("account.1.password = KranichE1\n# KranichE2 was the old password\n")),
        ("netrc", "machine h.invalid login me password KranichE3\n".into()),
    ]);
    let netrc = site.path().join("netrc");
    let environment =
        [("SIP_SECRET", "KranichE5"), ("FVPROV_PASSWORD", "KranichE6"), ("NETRC", netrc.to_str().unwrap())];
    for args in [
        &["generate", "--diff"][..],
        &["generate", "--dry-run"],
        &["generate", "--check"],
        &["generate"],
        &["generate", "--template", "broken.cfg.j2"],
        &["generate", "--secrets", "netrc"],
        &["lint"],
        &["lint", "--verbose"],
        &["phones"],
        &["phones", "--format", "json"],
        &["schema", "import", "y000000000000.cfg"],
        &["schema", "check", "secrets.csv"],
        &["set", "--mac", "any", "--shared", "account.1.password=KranichE7"],
        &["set", "--mac", "any", "--shared", "account.1.pasword=KranichE8"],
        &["unset", "--mac", "any", "--shared", "account.1.password"],
        &["fetch", "http://me:KranichE9@h.invalid/", "--mac", "0021f2000001"],
        &["fetch", "http://h.invalid/?token=KranichF1", "--mac", "0021f2000001"],
        &["diff", "http://me:KranichF2@h.invalid/", "."],
        &["dhcp-option", "http://me:KranichF3 and 4@h.invalid:x/"],
        &["fmt", "--diff"],
        &["explain", "account.1.password"],
    ] {
        assert_hidden(&run_with(site.path(), args, &environment), args);
    }
}

#[test]
fn refused_settings_do_not_print_the_secret() {
    let site = tree(&[("0021f2000001.cfg", cfg("lang.gui = German\n"))]);
    let mac = "--mac=0021f2000001";
    for args in [
        &["set", mac, "account.1.password KranichG1"][..],
        &["set", mac, "account.1.password:KranichG2"],
        &["diff", ".", ".", "--with", "account.1.password:KranichG3"],
        &["diff", ".", ".", "--with", "0021f2000001.cfg:account.1.password KranichG4"],
        &["diff", ".", ".", "--with", "account.1.pass word=KranichG5"],
        &["diff", ".", ".", "--with", "account.1.password=Kranich\nG6"],
    ] {
        let said = run(site.path(), args);
        assert_eq!(said.code, Some(2), "{args:?}: {}", said.err);
        assert!(said.err.contains("account.1.pass") && said.err.contains("<secret #1>`: "), "{}", said.err);
        assert!(!said.err.contains("Kranich"), "{args:?}: {}", said.err);
    }
}

/// Lines that are no settings appear in diffs only as context.
#[test]
fn no_diff_of_fmt_or_lint_contains_a_secret() {
    // A line that `fmt` changes above each line, unless the line continues a secret.
    let spaced = LINES.lines().map(|line| match line.starts_with("Kranich") {
        true => format!("{line}\n"),
        false => format!("lang.gui  =  German\n{line}\n"),
    });
    let spaced: String = spaced.collect();
    let site = tree(&[("y000000000000.boot", boot(&["common.cfg"])), ("common.cfg", cfg(&spaced))]);
    for args in [
        &["fmt", "--diff", "."][..],
        &["fmt", "--diff", "common.cfg"],
        &["lint", "--diff", "--unsafe-fixes"],
        &["set", "lang.gui=English", "--file", "common.cfg", "--dry-run", "--diff"],
    ] {
        let shown = run(site.path(), args);
        assert_hidden(&shown, args);
        assert!(args[0] != "fmt" || shown.out.contains("<secret #40>"), "{args:?} {}", shown.out);
    }
}

#[test]
fn values_of_names_that_only_resemble_secrets_are_shown() {
    let names = [
        "line_key.1.value",
        "x.key_type",
        "x.password_min_length",
        "x.area_code",
        "x.bypass",
        "x.keyboard",
        "x.session_timer",
        "x.signature",
        "account.1.pass_through",
        "x.digest_realm",
    ];
    let lines = names.join("  =  Storch\n") + "  =  Storch\n";
    let site = tree(&[("y000000000000.boot", boot(&["common.cfg"])), ("common.cfg", cfg(&lines))]);
    let shown = run(site.path(), &["fmt", "--diff", "."]);
    assert_eq!(shown.out.matches("Storch").count(), 2 * names.len(), "{}", shown.out);
    let url = "x.url  =  http://h/p?mail=Storch&design=Storch;transport=Storch#Storch\n";
    let site = tree(&[("y000000000000.boot", boot(&["common.cfg"])), ("common.cfg", cfg(url))]);
    assert_eq!(run(site.path(), &["fmt", "--diff", "."]).out.matches("Storch").count(), 8);
}

#[test]
fn different_secrets_have_different_numbers_in_one_output() {
    let lines = "account.1.password = Kranich1\naccount.2.password = Kranich2\n";
    let site = tree(&[("y000000000000.boot", boot(&["common.cfg"])), ("common.cfg", cfg(lines))]);
    let args = [
        "set",
        "account.1.password=Kranich3",
        "account.2.password=Kranich1",
        "--shared",
        "--file",
        "common.cfg",
        "--dry-run",
    ];
    let shown = run(site.path(), &args);
    assert!(shown.err.contains("`account.1.password`: was `<secret #1>`"), "{}", shown.err);
    assert!(shown.err.contains("`account.2.password`: was `<secret #2>`"), "{}", shown.err);
}
