//! Values that violate a constraint of the catalogue, with the level that its evidence allows, and valid values.

use fvprov::catalogue::Schema;
use fvprov::lint::{self, LintOptions};

use crate::support::tree::cfg;
use crate::support::workspace::Tree;

const BOOT: &str = "#!version:1.0.0.1\ninclude:config <0021f2000001.cfg>\n";

/// The findings of the rules about values, names, and indices as `level rule: message (help)`, with hints.
fn findings(lines: &str) -> Vec<String> {
    findings_with(Schema::builtin(), lines)
}

fn findings_with(schema: &Schema, lines: &str) -> Vec<String> {
    let rules = [
        "invalid-value",
        "index-out-of-range",
        "missing-partner",
        "unknown-parameter",
        "yealink-only-parameter",
    ];
    let options = LintOptions { select: rules.map(str::to_owned).to_vec(), ..LintOptions::default() };
    let tree = Tree::from_texts(&[("0021f2000001.boot", BOOT), ("0021f2000001.cfg", &cfg(lines))]);
    let workspace = tree.load();
    let outcome = lint::run(&workspace, schema, &options);
    let found = outcome.findings.iter().map(|finding| {
        let help = finding.diagnostic.help.as_deref().unwrap_or_default();
        let fix = finding.diagnostic.fix.as_ref().map_or("", |fix| &fix.edits[0].text);
        format!(
            "{} {}: {} ({help}) [{fix}]",
            finding.level.word(),
            finding.rule.name,
            finding.diagnostic.message
        )
    });
    found.collect()
}

/// Checks that a setting has one finding that begins with a text and contains another one.
fn assert_found(setting: &str, start: &str, part: &str) {
    let found = findings(&format!("{setting}\n"));
    assert!(
        found.len() == 1 && found[0].starts_with(start) && found[0].contains(part),
        "{setting}: expected {start} … {part}: {found:#?}"
    );
}

fn assert_silent(settings: &[&str]) {
    for setting in settings {
        assert_eq!(findings(&format!("{setting}\n")), [""; 0], "{setting}");
    }
}

#[test]
fn an_open_list_of_numbers_accepts_only_numbers() {
    assert_found("linekey.1.type = BLF", "error invalid-value", "[16]");
    assert_found("linekey.1.type = 16 BLF", "error invalid-value", "[16]");
    assert_found("linekey.1.type = speed dial", "error invalid-value", "[13]");
    assert_found("linekey.1.type = SpeedDial", "error invalid-value", "[13]");
    assert_found("linekey.1.type = DND", "error invalid-value", "[5]");
    assert_found("programablekey.2.type = Line", "error invalid-value", "[15]");
    assert_found("linekey.1.type = whatever", "error invalid-value", "set it to one of 0, 1");
    assert_found("account.1.sip_server_type = BroadSoft", "warning invalid-value", "[2]");
    assert_found("account.1.cp_source = PAI", "warning invalid-value", "0 (PAI, then RPID)");
    assert_found("ldap.search_type = contains", "warning invalid-value", "[1]");
    assert_silent(&[
        "linekey.1.type = 61",
        "linekey.1.type = 016",
        "account.1.sip_server_type = 12",
        "account.1.cp_source = 5",
    ]);
}

#[test]
fn time_zones_are_offsets() {
    assert_found("local_time.time_zone = Europe/Berlin", "error invalid-value", "hours from UTC such as +1");
    assert_found("local_time.time_zone = GMT+1", "error invalid-value", "[+1]");
    assert_found("local_time.time_zone = UTC -3:30", "error invalid-value", "[-3:30]");
    assert_found("local_time.time_zone = CET", "error invalid-value", "[+1]");
    assert_found("local_time.time_zone = +15", "error invalid-value", "hours from UTC");
    assert_silent(&[
        "local_time.time_zone = +1",
        "local_time.time_zone = -5",
        "local_time.time_zone = 8",
        "local_time.time_zone = 0",
        "local_time.time_zone = +5:30",
        "local_time.time_zone = -03:30",
        "local_time.time_zone = +12",
        "local_time.time_zone = +14",
    ]);
}

#[test]
fn misspellings_codes_and_translations_of_known_words() {
    for (value, intended) in [
        ("de", "German"),
        ("german", "German"),
        ("Deutsch", "German"),
        ("de_DE", "German"),
        ("de-AT", "German"),
        ("Germen", "German"),
        ("en", "English"),
        ("en_US", "English"),
        ("fr", "French"),
        ("Français", "French"),
        ("español", "Spanish"),
        ("zh_CN", "Chinese_S"),
        ("Chinese", "Chinese_S"),
        ("zh-TW", "Chinese_T"),
        ("TURKISH", "Turkish"),
    ] {
        assert_found(&format!("lang.gui = {value}"), "warning invalid-value", &format!("[{intended}]"));
    }
    for (value, intended) in [
        ("Deutschland", "Germany"),
        ("DE", "Germany"),
        ("germany", "Germany"),
        ("UK", "Great Britain"),
        ("USA", "United States"),
        ("Österreich", "Austria"),
        ("Switzerlnd", "Switzerland"),
    ] {
        assert_found(
            &format!("voice.tone.country = {value}"),
            "warning invalid-value",
            &format!("[{intended}]"),
        );
    }
    assert_found("static.wifi.1.security_mode = WPA2 PSK", "warning invalid-value", "[WPA2-PSK]");
    assert_found("phone_setting.ring_type = ring1.wav", "warning invalid-value", "[Ring1.wav]");
    assert_silent(&[
        "lang.gui = German",
        "lang.gui = Danish",
        "lang.gui = Russian",
        "lang.wui = Chinese_T",
        "lang.gui = Klingon",
        "voice.tone.country = Custom",
        "voice.tone.country = Australia",
        "voice.tone.country = Iceland",
        "phone_setting.ring_type = Ring8.wav",
        "phone_setting.ring_type = Ring9.wav",
        "phone_setting.ring_type = Config:ring1.wav",
        "phone_setting.ring_type = Resource:Ring2.wav",
        "static.wifi.1.security_mode = WPA2-EAP",
    ]);
}

#[test]
fn items_of_lists_have_types() {
    assert_found("features.action_uri_limit_ip = pbx.example.com", "warning invalid-value", "IPv4 addresses");
    assert_found(
        "features.action_uri_limit_ip = 10.0.0.1;10.0.0.2",
        "warning invalid-value",
        "[10.0.0.1,10.0.0.2]",
    );
    assert_found("static.network.vlan.dhcp_option = 132;133", "warning invalid-value", "[132,133]");
    assert_found("static.network.vlan.dhcp_option = 300", "warning invalid-value", "from 0 to 255");
    assert_found("static.network.vlan.dhcp_option = 1,2,3,4,5,6", "warning invalid-value", "at most 5");
    assert_found(
        "static.auto_provision.dhcp_option.list_user_options = 43",
        "warning invalid-value",
        "128 to 254",
    );
    assert_found(
        "ldap.numb_attr = telephoneNumber,mobile",
        "warning invalid-value",
        "[telephoneNumber mobile]",
    );
    assert_found("ldap.name_attr = cn;sn", "warning invalid-value", "");
    assert_silent(&[
        "features.action_uri_limit_ip = any",
        "features.action_uri_limit_ip = 10.0.0.1,10.0.*.*",
        "features.action_uri_limit_ip = 10.0.0.1, 10.0.0.2",
        "static.network.vlan.dhcp_option = 132",
        "static.network.vlan.dhcp_option = 132,133",
        "static.auto_provision.dhcp_option.list_user_options = 128,150",
        "ldap.numb_attr = telephoneNumber mobile",
        "ldap.name_attr = cn sn",
        "ldap.name_attr = displayName",
    ]);
}

#[test]
fn ldap_filters_are_balanced_and_contain_the_entered_text() {
    assert_found("ldap.name_filter = (|(cn=%)(sn=%)", "warning invalid-value", "[(|(cn=%)(sn=%))]");
    assert_found("ldap.name_filter = (cn=*)", "warning invalid-value", "% for the entered text");
    assert_found("ldap.number_filter = (telephoneNumber=%))", "warning invalid-value", "balanced");
    let long = format!("(|(cn=%){})", "(sn=%)".repeat(20));
    assert_found(&format!("ldap.name_filter = {long}"), "warning invalid-value", "99");
    assert_found("ldap.port = 636", "info missing-partner", "ldap.tls_mode");
    assert_silent(&[
        "ldap.name_filter = (|(cn=%)(sn=%))",
        "ldap.name_filter = (cn=%*)",
        "ldap.number_filter = (&(telephoneNumber=%)(mobile=*))",
        "ldap.name_filter = (cn=\\28%\\29)",
        "ldap.port = 389",
        "ldap.port = 636\nldap.tls_mode = 2",
    ]);
}

#[test]
fn each_constraint_has_its_own_evidence() {
    assert_found("account.1.codec.g722.priority = 99", "warning invalid-value", "from 0 to 13");
    assert_found("account.1.codec.g722.priority = high", "error invalid-value", "a whole number");
    assert_found("account.1.dtmf.dtmf_payload = 200", "warning invalid-value", "from 96 to 127");
    assert_found("account.1.session_timer.expires = 60", "warning invalid-value", "from 90");
    assert_found(
        "distinctive_ring_tones.alert_info.1.text = x\ndistinctive_ring_tones.alert_info.1.ringer = 11",
        "error invalid-value",
        "one of 1, 2",
    );
    let long = "1".repeat(33);
    for name in [
        "forward.always.target",
        "forward.busy.target",
        "forward.no_answer.target",
        "account.1.always_fwd.target",
        "account.2.busy_fwd.target",
        "account.1.timeout_fwd.target",
        "forward.busy.on_code",
        "account.1.dnd.off_code",
    ] {
        assert_found(&format!("{name} = {long}"), "warning invalid-value", "at most 32 characters");
        assert_silent(&[&format!("{name} = {}", &long[1..])]);
    }
    assert_found("static.security.default_ssl_method = 6", "warning invalid-value", "one of 0, 3");
    assert_found("static.security.default_ssl_method = TLS 1.2", "error invalid-value", "[5]");
}

#[test]
fn ranges_of_indices_have_their_own_evidence() {
    for setting in [
        "multicast.listen_address.32.ip_address = 224.5.6.20:10008",
        "multicast.paging_address.32.label = Hall",
        "remote_phonebook.data.6.password = secret",
        "programablekey.5.history_type = 0",
        "static.wifi.6.ssid = office",
    ] {
        assert_found(setting, "error index-out-of-range", "use an index from");
    }
    assert_found("linekey.75.shortlabel = Hall", "warning index-out-of-range", "74");
    assert_silent(&[
        "multicast.listen_address.31.ip_address = 224.5.6.20:10008",
        "static.wifi.5.ssid = office",
    ]);
}

#[test]
fn multicast_targets_are_multicast_addresses_with_a_port() {
    for value in
        ["10.0.0.5:10008", "224.5.6.20", "240.1.1.1:10008", "224.5.6.20:99999", "pbx.example.com:5000"]
    {
        assert_found(
            &format!("multicast.listen_address.1.ip_address = {value}"),
            "warning invalid-value",
            "224.5.6.20:10008",
        );
        assert_found(
            &format!("multicast.paging_address.2.ip_address = {value}"),
            "warning invalid-value",
            "224.5.6.20:10008",
        );
    }
    assert_silent(&[
        "multicast.paging_address.1.ip_address = 239.255.255.255:1",
        "multicast.listen_address.1.ip_address = 224.0.1.75:5060",
    ]);
}

#[test]
fn facts_of_the_catalogue() {
    assert_silent(&[
        "account.1.nat.nat_traversal = 2",
        "account.1.codec.opus.para = opus-wb",
        "account.1.codec.opus.para = 106",
        "account.1.user_name = 101@pbx.example.com",
        "account.1.dialplan.digitmap.enable = 1",
        "account.3.dialplan.digitmap.apply_to.press_send = 1",
        "account.1.dialplan.digitmap.string = x.T",
    ]);
}

#[test]
fn a_schema_of_the_user_states_evidence_by_constraint() {
    let text = r#"{"version": 1, "parameters": [{"name": "coffee.X.strength", "section": "Coffee", "description": "Its strength.",
        "type": "integer", "evidence": "flyingvoice", "source": "us", "min": 1, "max": 9, "index": {"X": [1, 2]},
        "constraints": {"range": {"evidence": "yealink", "source": "a guide"}, "index": {"evidence": "inferred", "source": "us"}},
        "scope": "common", "effect": "live"},
        {"name": "coffee.cups", "section": "Coffee", "description": "Numbers of cups.", "type": "list", "evidence": "yealink",
        "source": "us", "items": {"type": "integer", "separator": ",", "most": 2}, "max": 5, "scope": "common", "effect": "live"}]}"#;
    let schema = Schema::builtin().extend(text).unwrap();
    let level = |lines: &str| {
        let found = findings_with(&schema, &format!("{lines}\n"));
        found.first().map(|found| found.split(':').next().unwrap().to_owned()).unwrap_or_default()
    };
    assert_eq!(level("coffee.1.strength = strong"), "error invalid-value");
    assert_eq!(level("coffee.1.strength = 10"), "warning invalid-value");
    assert_eq!(level("coffee.3.strength = 5"), "hint index-out-of-range");
    assert_eq!(level("coffee.cups = 1,6"), "warning invalid-value");
    assert_eq!(level("coffee.cups = 1,2,3"), "warning invalid-value");
    assert_eq!(level("coffee.cups = 1,2"), "");
    for (right, wrong, part) in [
        ("\"range\": {\"ev", "\"rang\": {\"ev", "one of type, values, range"),
        (
            "\"evidence\": \"inferred\", \"source\": \"us\"}}",
            "\"evidence\": \"guessed\", \"source\": \"us\"}}",
            "`constraints`",
        ),
        ("\"separator\": \",\"", "\"separator\": \", \"", "`items`"),
        ("\"type\": \"list\"", "\"type\": \"text\"", "`items` has no meaning"),
    ] {
        assert!(text.contains(right));
        let problems = Schema::builtin().extend(&text.replacen(right, wrong, 1)).unwrap_err();
        let found =
            problems.iter().any(|problem| format!("{} {}", problem.message, problem.help).contains(part));
        assert!(found, "{wrong}: {problems:?}");
    }
}
