//! The report for a browser. `.ci/pages` opens it in Chromium; these tests check its data.

use std::collections::BTreeMap;

use fvprov::output::findings::Format;
use serde_json::Value;

use super::support::program::run;
use super::support::tree::{boot, cfg, tree};
use super::{every_tree, json, lint, tests, written};

/// The data in a page.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

/// The page without its data.
fn frame(page: &str) -> String {
    let (before, rest) = page.split_once("id=\"data\">").unwrap();
    format!("{before}{}", rest.split_once("</script>").unwrap().1)
}

#[test]
fn the_findings_are_those_of_the_json_format() {
    for (_kept, directory) in every_tree() {
        let report = data(&lint(&directory, "html"));
        let expected = json(&directory, "json");
        let findings = report["findings"].as_array().unwrap();
        let expected = expected["findings"].as_array().unwrap();
        assert_eq!(findings.len(), expected.len());
        for (finding, expected) in findings.iter().zip(expected) {
            for (key, value) in expected.as_object().unwrap() {
                assert_eq!(&finding[key], value, "{key}");
            }
        }
        let mut listed: Vec<u64> = report["blocks"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|block| block.as_array().unwrap())
            .map(|at| at.as_u64().unwrap())
            .collect();
        listed.sort_unstable();
        assert!(listed.into_iter().eq(0..findings.len() as u64), "each finding is in one block");
    }
}

/// The effective values of a phone, computed from the steps in the page.
fn settings(report: &Value, phone: &Value) -> BTreeMap<String, (String, String, u64)> {
    let text =
        |list: &str, at: &Value| report[list][at.as_u64().unwrap() as usize].as_str().unwrap().to_owned();
    let mut steps = Vec::new();
    let mut node = phone["leaf"].as_i64().unwrap();
    while let Ok(at) = usize::try_from(node) {
        let [parent, segment] = [0, 1].map(|part| report["nodes"][at][part].as_i64().unwrap());
        steps.push(report["segments"][usize::try_from(segment).unwrap()].as_array().unwrap());
        node = parent;
    }
    let mut settings = BTreeMap::new();
    for segment in steps.into_iter().rev() {
        let shape = report["shapes"][segment[1].as_u64().unwrap() as usize].as_array().unwrap();
        for (line, value) in shape.chunks(2).zip(&segment[2..]) {
            let place = (text("values", value), text("files", &segment[0]), line[1].as_u64().unwrap());
            settings.insert(text("names", &line[0]), place);
        }
    }
    settings
}

#[test]
fn the_settings_of_each_phone_are_those_of_why() {
    let site = tests().join("site");
    let report = data(&lint(&site, "html"));
    let phones = report["phones"].as_array().unwrap();
    assert!(phones.len() > 10);
    for phone in phones {
        let mac = phone["mac"].as_str().unwrap_or("any");
        let why = run(&site, &["why", "*", "--mac", mac, "--format", "json"]).out;
        let expected: BTreeMap<String, (String, String, u64)> = why
            .lines()
            .map(|line| {
                let parameter: Value = serde_json::from_str(line).unwrap();
                let winner = &parameter["winner"];
                let text = |key: &str| winner[key].as_str().unwrap().to_owned();
                let name = parameter["name"].as_str().unwrap().to_owned();
                (name, (text("value"), text("file"), winner["line"].as_u64().unwrap()))
            })
            .collect();
        // The numbers of secrets are those of one output.
        let without_number = |settings: BTreeMap<String, (String, String, u64)>| -> BTreeMap<_, _> {
            let hidden = settings.into_iter().map(|(name, (value, file, line))| {
                let value = value
                    .split_once("<secret #")
                    .map_or(value.clone(), |(before, _)| format!("{before}<secret>"));
                (name, (value, file, line))
            });
            hidden.collect()
        };
        assert_eq!(without_number(settings(&report, phone)), without_number(expected), "{mac}");
    }
}

#[test]
fn text_from_files_is_only_in_the_data() {
    let clean = frame(&lint(&tests().join("site"), "html"));
    for (_kept, directory) in every_tree() {
        assert_eq!(frame(&lint(&directory, "html")), clean);
    }
    assert!(!clean.contains("http://") && !clean.contains("https://"), "a page loads nothing");
}

#[test]
fn phones_without_an_account_may_be_silent() {
    let report = data(&lint(&tests().join("broken"), "html"));
    let phones = report["phones"].as_array().unwrap();
    let without: Vec<&str> = phones
        .iter()
        .filter(|phone| phone["withoutAccount"] == true)
        .map(|phone| phone["mac"].as_str().unwrap())
        .collect();
    assert_eq!(without, ["0021f2000017", "0021f2000018", "0021f2000019"]);
    let silencing: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["silences"] == true)
        .map(|finding| finding["spot"].as_str().unwrap())
        .collect();
    assert_eq!(
        silencing,
        [
            "0021F2000016.boot",
            "0021f200001.boot",
            "0021f2000014.cfg:11",
            "0021f2000017.boot:5",
            "0021f2000017.cfg",
            "0021f2000019.boot",
        ]
    );
}

#[test]
fn a_marked_part_is_counted_in_utf_16() {
    let page = written(
        Format::Html,
        &[("y000000000000.cfg", "#!version:1.0.0.1\nlang.gui = \u{1f600}x \n")],
        |_, _| {},
    );
    let report = data(&page);
    let finding = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["rule"] == "trailing-whitespace")
        .unwrap();
    let excerpt = &finding["excerpt"];
    let text: Vec<u16> = excerpt["text"].as_str().unwrap().encode_utf16().collect();
    let [from, to] = ["from", "to"].map(|key| excerpt[key].as_u64().unwrap() as usize);
    assert_eq!(String::from_utf16(&text[from..to]).unwrap(), " ");
}

#[test]
fn an_anonymous_report_names_no_phone_and_no_person() {
    let own = cfg(
        "account.1.enable = 1\naccount.1.user_name = 4711\naccount.1.display_name = Heike Petersen\n\
         account.1.label = Heike Petersen \naccount.1.sip_server.1.address = sip.example.com\nlinekey.1.value = 4712\n\
         lang.gui = Klingonisch # 0021F2:000001\n",
    );
    let files = [
        ("fvprov.toml", "[inventory]\nfile = \"phones.csv\"\n".to_owned()),
        ("phones.csv", "mac,extension,name,site\n00:21:f2:00:00:01,4711,Heike Petersen,kai\n".to_owned()),
        ("0021f2000001.boot", boot(&["0021f2000001.cfg", "0021f2000002-x.cfg"])),
        ("0021f2000001.cfg", own),
    ];
    let site = tree(&files);
    let report = |more: &[&str]| run(site.path(), &[&["lint", "--output-format", "html"], more].concat()).out;
    let open = report(&[]);
    let personal = ["0021f2000001", "0021f2000002", "4711", "4712", "Petersen"];
    for text in personal {
        assert!(open.contains(text), "{text}");
    }
    let anonymous = report(&["--anonymous"]);
    for text in personal {
        assert!(!anonymous.contains(text), "{text}");
    }
    assert!(
        anonymous.contains("phone-1.cfg")
            && anonymous.contains("sip.example.com")
            && anonymous.contains("kai")
    );
    let refused = run(site.path(), &["lint", "--anonymous"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("--output-format html"), "{}", refused.err);
}
