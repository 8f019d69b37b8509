//! The tasks in docs/daily.md, run as the page shows them on a tree that `generate` writes and on a hand-made one.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;

use crate::support::program::{Run, fvprov, run};
use crate::support::tree::{boot, cfg, read, repository, tree, write};

/// Number of phones in each tree.
const PHONES: usize = 120;

struct Phone {
    mac: String,
    extension: usize,
    site: &'static str,
    group: &'static str,
    language: &'static str,
    password: String,
}

fn phones() -> Vec<Phone> {
    let phones = (0..PHONES).map(|at| Phone {
        mac: format!("0021f200{at:04x}"),
        extension: 200 + at,
        site: ["koeln", "izmir"][at % 2],
        group: if (60..64).contains(&at) { "hotline" } else { "office" },
        language: if at == 30 { "French" } else { "" },
        password: format!("xK9mQ2vL7p{at}"),
    });
    phones.collect()
}

/// The list, with a model that depends on the phone.
fn list() -> String {
    let mut text = "\u{feff}mac;extension;address;site;group;ring;language;model\r\n".to_owned();
    for (at, phone) in phones().into_iter().enumerate() {
        let Phone { mac, extension, site, group, language, .. } = phone;
        let model = ["fip10", "fip14g", "fip15g"][at % 3];
        text += &format!("{mac};{extension};10.0.0.{at};{site};{group};main;{language};{model}\r\n");
    }
    text
}

/// The shared files of both trees, with a published copy in `live`.
fn shared(settings: &str) -> TempDir {
    let settings = format!("[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n{settings}");
    tree(&[
        ("site/fvprov.toml", settings),
        ("site/phones.csv", list()),
        ("site/password.txt", "aB3dE6gH9jK2\n".into()),
        ("site/hotline.txt", "zY8xW5vU2tS9\n".into()),
        ("site/www/y000000000000.boot", boot(&["common.cfg"])),
        (
            "site/www/common.cfg",
            cfg("features.direct_ip_call_enable = 0\nphone_setting.backlight_time = 60\n"),
        ),
        ("site/www/sites/koeln.cfg", cfg("lang.gui = German\nlocal_time.time_zone = +1\n")),
        ("site/www/sites/izmir.cfg", cfg("lang.gui = Turkish\nlocal_time.time_zone = +3\n")),
        ("site/www/groups/office.cfg", cfg("features.dnd.enable = 1\n")),
        ("site/www/groups/hotline.cfg", cfg("features.dnd.enable = 0\n")),
        ("site/www/rings/main.cfg", cfg("features.keep_mute.enable = 0\n")),
        ("site/www/rings/pilot.cfg", cfg("features.keep_mute.enable = 0\n")),
        ("live/.keep", String::new()),
    ])
}

fn account(extension: &str, password: &str) -> String {
    format!(
        "account.1.enable = 1\naccount.1.label = {extension}\naccount.1.user_name = {extension}\n\
         account.1.password = {password}\naccount.1.sip_server.1.address = pbx.example\n"
    )
}

fn generated() -> TempDir {
    let site =
        shared("[generate]\ntemplates = [\"phone.boot.j2\", \"phone.cfg.j2\"]\nsecrets = \"secrets.csv\"\n");
    let includes = [
        "common.cfg",
        "sites/{{ site }}.cfg",
        "groups/{{ group }}.cfg",
        "rings/{{ ring }}.cfg",
        "{{ mac }}.cfg",
    ];
    write(site.path(), "site/phone.boot.j2", boot(&includes));
    let language = "{% if language %}\nlang.gui = {{ language }}\n{% endif %}\n";
    let account = account("{{ extension }}", "{{ secrets.password }}");
    write(site.path(), "site/phone.cfg.j2", cfg(&format!("{account}{language}")));
    let secrets: Vec<String> =
        phones().iter().map(|phone| format!("{},{}", phone.mac, phone.password)).collect();
    write(site.path(), "site/secrets.csv", format!("mac,password\n{}\n", secrets.join("\n")));
    run(&site.path().join("site"), &["generate"]).success();
    site
}

fn hand_made() -> TempDir {
    let site = shared("");
    for Phone { mac, extension, site: place, group, language, password } in phones() {
        let [place, group, own] =
            [format!("sites/{place}.cfg"), format!("groups/{group}.cfg"), format!("{mac}.cfg")];
        let includes = boot(&["common.cfg", &place, &group, "rings/main.cfg", &own]);
        write(site.path(), &format!("site/www/{mac}.boot"), includes);
        let language = if language.is_empty() { String::new() } else { format!("lang.gui = {language}\n") };
        let text = cfg(&format!("{}{language}", account(&extension.to_string(), &password)));
        write(site.path(), &format!("site/www/{mac}.cfg"), text);
    }
    site
}

/// The commands of the page.
fn commands() -> Vec<String> {
    let page = std::fs::read_to_string(repository("docs/daily.md")).unwrap();
    let tasks = page.split("\n## ").find(|section| section.starts_with("Tasks\n")).unwrap();
    let blocks = tasks.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.flat_map(str::lines).map(str::to_owned).collect()
}

/// The words of a command line, without quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (at, part) in line.split('\'').enumerate() {
        if at % 2 == 1 {
            words.last_mut().unwrap().push_str(part);
            continue;
        }
        for (at, word) in part.split(' ').enumerate() {
            if at > 0 {
                words.push(String::new());
            }
            words.last_mut().unwrap().push_str(word);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Runs a command line of the page, with `< FILE` and `> FILE`.
fn run_line(directory: &Path, line: &str) -> Run {
    let mut words = words(line);
    assert_eq!(words.remove(0), "fvprov", "{line}");
    let mut redirected = |sign: &str| {
        let at = words.iter().position(|word| word == sign)?;
        words.remove(at);
        Some(directory.join(words.remove(at)))
    };
    let (input, output) = (redirected("<"), redirected(">"));
    let args: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut command = fvprov(directory, &args);
    command.stdin(input.map_or(Stdio::null(), |path| File::open(path).unwrap().into()));
    let ran = Run::from_output(&command.output().unwrap());
    if let Some(path) = output {
        std::fs::write(path, &ran.out).unwrap();
    }
    ran
}

/// Runs the page, and returns the output of each command.
#[track_caller]
fn run_page(directory: &Path) -> Vec<(String, Run)> {
    let lines = commands();
    assert!(lines.len() > 15, "{lines:?}");
    let run_one = |line: String| {
        let ran = run_line(directory, &line);
        assert_eq!(ran.code, Some(0), "{line}\n{}{}", ran.out, ran.err);
        (line, ran)
    };
    lines.into_iter().map(run_one).collect()
}

#[track_caller]
fn assert_page(site: &TempDir) {
    let directory = site.path().join("site");
    run(&directory, &["publish", "../live"]).success();
    let runs = run_page(&directory);
    let outputs = |words: &str| {
        let (_, ran) = runs.iter().find(|(line, _)| line.contains(words)).unwrap();
        format!("{}{}", ran.out, ran.err)
    };
    for (line, words) in [
        ("phones --by model,site", "fip14g"),
        ("lang.gui!=German", "0021f200001e"),
        ("phone replace 245", "1 replaced"),
        ("phone edit 246", "local_time.time_zone: +1 → +3"),
        ("group=hotline", "www/groups/hotline.cfg:3"),
        ("group=hotline", "phones that change: 4 of 120 phones"),
        ("--from-stdin account.1.password", "phones that change: 0021f200002f"),
        ("--every-phone remote_phonebook", "phones that change: all 120 phones; any other phone"),
        ("ring=pilot phone_setting", "www/rings/pilot.cfg:3"),
        ("notify --changed", "NOTIFY sip:250@10.0.0.50"),
        ("features.direct_ip_call_enable=1 --dry-run", "reboot 120"),
    ] {
        let text = outputs(line);
        assert!(text.contains(words), "{line}: {words}\n{text}");
    }
    let password = format!("account.1.password = {}", read(&directory, "password.txt"));
    assert!(read(&directory, "www/0021f200002f.cfg").contains(&password));
    assert!(directory.join("../live/0021f2000a01.boot").is_file());
    assert!(!directory.join("www/0021f200002d.boot").exists());
}

#[test]
fn the_tasks_run_on_a_generated_and_on_a_hand_made_tree() {
    let [generated, hand_made] = [generated(), hand_made()];
    for site in [&generated, &hand_made] {
        assert_page(site);
    }
    run(&generated.path().join("site"), &["generate", "--check"]).success();
    let [one, other] = [generated, hand_made].map(|site| site.keep().join("live"));
    let ran = run(&one, &["diff", ".", other.to_str().unwrap(), "--expect-unchanged"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    for live in [one, other] {
        std::fs::remove_dir_all(live.parent().unwrap()).unwrap();
    }
}
