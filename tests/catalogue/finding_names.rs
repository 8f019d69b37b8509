//! Finding the name of a parameter from a part of it, from other words, or from a value.

use crate::support::program::{Run, run};
use crate::support::tree::repository;

fn site(args: &[&str]) -> Run {
    run(&repository("tests/site"), args)
}

#[track_caller]
fn assert_suggests(args: &[&str], suggestion: &str) {
    let run = site(args);
    assert_eq!(run.code, Some(1), "{args:?} {}", run.out);
    assert!(run.err.ends_with(&format!("; did you mean {suggestion}?\n")), "{args:?} {}", run.err);
}

#[test]
fn a_part_of_a_name_is_enough_for_a_suggestion() {
    for (part, suggestion) in [
        ("time_zone", "`local_time.time_zone`"),
        ("ntp_server1", "`local_time.ntp_server1`"),
        ("ntp_sever1", "`local_time.ntp_server1` or `local_time.ntp_server2`"),
    ] {
        assert_suggests(&["explain", part], suggestion);
        assert_suggests(&["why", part, "--mac", "any"], suggestion);
        assert_suggests(&["get", part, "--mac", "any"], suggestion);
    }
    assert_suggests(&["impact", "time_zone"], "`local_time.time_zone`");
    assert_suggests(&["explain", "timezone"], "`local_time.time_zone`");
    let vlan = "static.network.vlan.internet_port_vid";
    assert_suggests(&["explain", "network.vlan.internet_port_vid"], &format!("`{vlan}`"));
    for start in ["network.vlan", "network.vlan.", "network.vlan.\u{2026}"] {
        let run = site(&["explain", start]);
        assert_eq!(run.err.matches("`static.network.vlan.").count(), 3, "{start} {}", run.err);
    }
    let run = site(&["explain", "zeppelin"]);
    assert_eq!(run.err, "error: `zeppelin` is neither a rule nor a known parameter\n");
}

#[test]
fn a_name_that_the_phone_sets_is_suggested_with_its_index() {
    let run = site(&["why", "label", "--mac", "0021f2000001"]);
    assert!(
        run.err.ends_with("; did you mean `account.1.label`, `account.2.label` or `linekey.3.label`?\n"),
        "{}",
        run.err
    );
    let run = site(&["why", "lang.*x", "--mac", "any"]);
    assert_eq!(
        run.err,
        "error: no file that this phone reads sets `lang.*x`; the phone uses its own value\n"
    );
}

#[test]
fn synonyms_find_parameters() {
    let names = |words: &str| -> Vec<String> {
        let found = site(&["schema", "search", words]).success();
        found.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
    };
    for words in ["summer", "daylight saving", "Summer Time", "DST"] {
        assert!(names(words).contains(&"auto_dst.url".to_owned()), "{words}");
    }
    assert_eq!(names("timezone")[0], "local_time.time_zone");
    assert_eq!(names("busy lamp field"), names("blf"));
    assert_eq!(names("busy lamp field list"), names("blf list"));
    assert!(names("blf list").len() < names("blf").len());
}

#[test]
fn why_finds_settings_by_value() {
    let found = site(&["why", "--value", "german", "--mac", "0021f2000001"]).success();
    assert!(
        found.starts_with("lang.gui = French\n") && found.contains("overrides  y000000000000.cfg:45  German"),
        "{found}"
    );
    assert!(found.contains("\nvoice.tone.country = Germany\n"), "{found}");
    let narrow = site(&["why", "lang.*", "--value", "German", "--mac", "0021f2000001"]).success();
    assert!(narrow.starts_with("lang.gui = French\n") && !narrow.contains("voice.tone"), "{narrow}");
    let none = site(&["why", "--value", "Klingon", "--mac", "any"]);
    let error = "error: no file that this phone reads sets a parameter to a value with `Klingon`\n";
    assert_eq!((none.code, none.err.as_str()), (Some(1), error));
    site(&["why", "--mac", "any"]).assert_unable("");
}
