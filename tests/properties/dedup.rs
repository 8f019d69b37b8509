//! Generated fleets: equal phones are checked once, and get the findings that each gets when it is checked
//! alone.

use fvprov::catalogue::Schema;
use fvprov::lint::{self, LintOptions, Outcome};
use fvprov::output::findings::Format;
use fvprov::text::address::Server;
use fvprov::tree::load::Workspace;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::cases;
use super::lint::written;
use super::trees;
use crate::support::workspace::{SERVER, Tree};

/// Names with their possible values. `@` represents a name or number of the phone.
const LINES: [(&str, &[&str]); 19] = [
    ("account.1.enable", &["1", "1", "1", "0"]),
    ("account.1.label", &["Desk @", "Desk @", "Dr. @", "Desk # @", "", "a.@"]),
    ("account.1.user_name", &["4@", "4@", "4@", "", "x @", "hunter2"]),
    ("account.1.auth_name", &["4@", "4@", "admin"]),
    ("account.1.password", &["Zq9wKy@aa7xx", "Zq9wKy@aa7xx", "1234", "hunter2", "%NULL%", "password@"]),
    ("account.1.sip_server.1.address", &["sip.example.com", "sip.example.com", ""]),
    ("account.1.sip_server.1.port", &["5060", "5061"]),
    ("account.1.sip_server.1.transport_type", &["0", "2", "3"]),
    ("account.1.sip_server.2.port", &["5070"]),
    ("account.1.codec.pcmu.enable", &["1"]),
    ("account.1.codec.pcmu.priority", &["1", "0"]),
    ("linekey.1.type", &["15", "13", "0", "22"]),
    ("linekey.1.value", &["10@", "10@", "", "linekey.1.value", "x = y", "account.1.password"]),
    ("linekey.1.label", &["Key @", "M\u{fc}ller @", "a\u{a0}b", "\"Key\"", "__KEY__", "a_@"]),
    ("linekey.99.label", &["Key @"]),
    ("voice_mail.number.1", &["*97", "@"]),
    ("phone_setting.backgrounds", &["a.png"]),
    ("static.firmware.url", &["FIP14G_V0.5.1.bin", "x/"]),
    ("lang.gui", &["English", "German"]),
];

/// A line of every phone, with the index of the value that most phones have.
fn common_line() -> impl Strategy<Value = (usize, usize)> {
    (0..LINES.len(), 0..4_usize)
}

/// A difference of one phone: a line of its cfg file with another value, a line at the end, the order of its
/// files.
fn slip() -> impl Strategy<Value = (usize, usize, usize, Vec<u8>)> {
    let last = prop_oneof![6 => Just(Vec::new()), 1 => Just(b"# a remark".to_vec()), 1 => trees::line()];
    (0..24_usize, 0..8_usize, select(vec![0, 0, 0, 0, 0, 1, 2, 3, 4]), last)
}

prop_compose! {
    pub fn fleet()(
        lines in vec(common_line(), 1..16),
        site in vec(common_line(), 0..4),
        usual_order in select(vec![0, 0, 1]),
        slips in vec(prop::option::of(slip()), 2..7),
        turns in vec(select(vec![0, 0, 1, 3]), 7),
        assume in trees::assume(),
    ) -> Tree {
        let line = |(name, value): (usize, usize), phone: usize| {
            let (name, values) = LINES[name];
            format!("{name} = {}\n", values[value % values.len()].replace('@', &phone.to_string()))
        };
        let mut tree = Tree { assume, ..Tree::default() };
        let shared: String = site.iter().map(|chosen| line(*chosen, 0)).collect();
        tree.files.insert("a.cfg".into(), format!("#!version:1.0.0.1\n{shared}").into_bytes());
        for (phone, slip) in slips.into_iter().enumerate() {
            let (odd, value, order, last) = slip.unwrap_or((usize::MAX, 0, 0, Vec::new()));
            let of = |(at, chosen): (usize, &(usize, usize))| match at == odd {
                true => line((chosen.0, value), phone),
                false => line(*chosen, phone),
            };
            let mac = format!("0021f2{phone:06x}");
            let mut own: Vec<String> = lines.iter().enumerate().map(of).collect();
            // Some phones have their settings in another order.
            own.rotate_left(turns[phone] % lines.len());
            let own = [format!("#!version:1.0.0.1\n{}", own.concat()).into_bytes(), last].concat();
            let (site, cfg) = ("include:config <a.cfg>\n", format!("include:config <{mac}.cfg>\n"));
            let boot = match if order == 0 { usual_order } else { order } {
                0 => format!("{site}{cfg}"),
                1 => format!("{cfg}{site}"),
                2 => format!("{site}include:config <gone.cfg>\n{cfg}"),
                3 => format!("# {phone} of the hall\n{site}{cfg}"),
                _ => format!("{site}{cfg}{cfg}"),
            };
            tree.files.insert(format!("{mac}.boot"), format!("#!version:1.0.0.1\n{boot}").into_bytes());
            tree.files.insert(format!("{mac}.cfg"), own);
        }
        tree
    }
}

pub fn options() -> LintOptions {
    let server = Server::parse(SERVER).ok();
    let policies = vec![lint::Policy {
        name: "account.1.label".into(),
        value: None,
        forbids: false,
        phones: "*[02]".into(),
    }];
    let select = vec![lint::DEFAULT.into(), "default-value".into()];
    LintOptions { today: "2026-11-22".into(), server, policies, select, ..LintOptions::default() }
}

fn lint_tree(workspace: &Workspace, no_dedup: bool) -> Outcome {
    lint::run(workspace, Schema::builtin(), &LintOptions { no_dedup, ..options() })
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn equal_phones_get_the_findings_that_each_gets_alone(tree in fleet()) {
        let workspace = tree.load();
        let (together, no_dedup) = (lint_tree(&workspace, false), lint_tree(&workspace, true));
        let all = |outcome: &Outcome| written(Format::Json, &workspace, outcome);
        prop_assert_eq!(all(&together), all(&no_dedup));
        prop_assert_eq!(together.by_phone, no_dedup.by_phone);
    }
}
