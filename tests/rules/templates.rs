//! Templates: which files are templates, and which rules report what in them.

use fvprov::lint;
use fvprov::project::lint_options::Selection;
use fvprov::project::{self, Memory};

/// The findings in a tree in memory, as `path:line rule`.
fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let mut memory = Memory::default();
    for (path, text) in files {
        memory.add_file(path, text.as_bytes().to_vec());
    }
    let opened = project::open_memory(&project::OpenOptions::default(), memory).unwrap();
    let options = opened.lint_options(Selection::default()).unwrap();
    let outcome = lint::run(&opened.workspace, &opened.schema, &options);
    let shown = outcome.findings.iter().map(|finding| {
        let source = opened.workspace.sources.get(finding.at.file);
        let line = source.line_number(finding.at.span.start);
        format!("{}:{line} {}", source.path, finding.rule.name)
    });
    shown.collect()
}

const HEADER: &str = "#!version:1.0.0.1\n";

fn template(text: &str) -> Vec<String> {
    findings(&[("phone.cfg.tpl", &format!("{HEADER}{text}"))])
}

#[test]
fn lines_that_the_engine_joins_are_reported_at_the_template() {
    let text = "sip.listen_mode = {if $a}1{else}0{/if}\nsip.listen_port = 5060\n";
    assert_eq!(template(text), ["phone.cfg.tpl:3 joined-lines"]);
    // An empty line remains, and so does the newline after a value.
    for text in [
        "sip.listen_mode = {if $a}1{else}0{/if}\n\nsip.listen_port = 5060\n",
        "sip.listen_mode = {$a}\nsip.listen_port = 5060\n",
    ] {
        assert!(template(text).is_empty(), "{text}");
    }
    // Jinja2 keeps the newline.
    let text = format!("{HEADER}sip.listen_mode = {{% if a %}}1{{% endif %}}\nsip.listen_port = 5060\n");
    assert!(findings(&[("phone.cfg.j2", &text)]).is_empty());
}

#[test]
fn line_endings_of_a_template_reach_no_phone() {
    let text = "#!version:1.0.0.1\r\nlang.gui = {$a}\r\n";
    assert!(findings(&[("phone.cfg.tpl", text)]).is_empty());
    assert_eq!(
        findings(&[("y000000000000.cfg", &text.replace("{$a}", "German"))]),
        ["y000000000000.cfg:1 mixed-line-endings"]
    );
}

#[test]
fn branches_that_exclude_each_other_are_no_duplicates() {
    for text in [
        "{if $a}\nlang.gui = English\n{else}\nlang.gui = German\n{/if}\n",
        "{if $t == 'udp'}\nlang.gui = English\n{/if}\n{if $t == 'tcp'}\nlang.gui = German\n{/if}\n",
        "{foreach $lines as $row}\naccount.{$row.n}.label = {$row.label}\n{/foreach}\n",
    ] {
        assert!(template(text).is_empty(), "{text}");
    }
    let text = "{if $a}\nlang.gui = English\n{/if}\n{if $b}\nlang.gui = German\n{/if}\n";
    assert_eq!(template(text), ["phone.cfg.tpl:3 duplicate-setting"]);
    let text = "{if $a}sip.listen_port = {$a}{else}sip.listen_port = 5060{/if}\n\nsip.listen_port=\n";
    assert_eq!(template(text), ["phone.cfg.tpl:2 duplicate-setting"]);
}

#[test]
fn names_and_literal_values_are_checked_in_every_branch() {
    let text = "{if $a}\nlang.gui = English\n{else}\nlang.gul = German\n{/if}\n";
    assert_eq!(template(text), ["phone.cfg.tpl:5 misspelled-parameter"]);
    let text = "{foreach $lines as $row}\naccount.{$row.n}.enabel = 1\naccount.{$row.n}.enable = {if $a}yes{else}1{/if}\n\n{/foreach}\n";
    assert_eq!(template(text), ["phone.cfg.tpl:3 misspelled-parameter", "phone.cfg.tpl:4 invalid-value"]);
    // Nothing is known of a value that a tag prints.
    assert!(template("sip.listen_port = {$port}\n{$more}\n").is_empty());
}

#[test]
fn a_template_among_files_of_phones_is_reported_once() {
    let text = format!("{HEADER}{{if $a}}\nlang.gui = {{$lang}}\n{{else}}\nlang.gul = German\n{{/if}}\n");
    let boot = format!("{HEADER}include:config <y000000000000.cfg>\n");
    let files = [("y000000000000.boot", boot.as_str()), ("y000000000000.cfg", text.as_str())];
    assert_eq!(findings(&files), ["y000000000000.cfg:5 misspelled-parameter"]);
    let own = format!("{HEADER}include:config <y000000000000.cfg>\n");
    let with_phone = [files[0], files[1], ("0021f2000001.boot", own.as_str())];
    let found = findings(&with_phone);
    assert!(found.contains(&"y000000000000.cfg:2 unrendered-template".into()), "{found:?}");
    assert_eq!(found.iter().filter(|found| found.ends_with("unrendered-template")).count(), 1, "{found:?}");
}

#[test]
fn a_boot_file_that_names_a_template_is_one() {
    let boot = format!("{HEADER}include:config \"{{$mac}}.cfg\"\n");
    let cfg = format!("{HEADER}account.1.label = {{$label}}\n");
    assert!(findings(&[("y000000000000.boot", &boot), ("{$mac}.cfg", &cfg)]).is_empty());
    // Without the template, the placeholder is left over.
    let found = findings(&[("y000000000000.boot", &boot), ("y000000000000.cfg", HEADER)]);
    assert!(found.contains(&"y000000000000.boot:2 unrendered-template".into()), "{found:?}");
}

#[test]
fn templates_that_are_included_are_followed() {
    let line = format!("{HEADER}{{% include 'line.cfg.j2' %}}\n");
    let files = [("phone.cfg.j2", line.as_str()), ("line.cfg.j2", "lang.gul = {{ lang }}\n")];
    assert_eq!(findings(&files), ["line.cfg.j2:1 misspelled-parameter"]);
}

#[test]
fn templates_of_generate_are_checked_in_branches_that_no_row_takes() {
    let settings = "[inventory]\nfile = \"phones.csv\"\n[generate]\ntemplates = [\"templates/phone.cfg.j2\"]\nout = \"www\"\n[server]\ndirectory = \"www\"\n";
    let text =
        format!("{HEADER}{{% if model == 'x' %}}\nlang.gul = English\n{{% endif %}}\nlang.gui = German\n");
    let faulty = format!("{HEADER}lang.gul = German\n");
    let files = [
        ("fvprov.toml", settings),
        ("phones.csv", "mac,model\n0021f2000001,fip14g\n0021f2000002,fip14g\n"),
        ("templates/phone.cfg.j2", text.as_str()),
        ("www/y000000000000.cfg", HEADER),
    ];
    let is_there = |found: &[String], line: usize| {
        let wanted = format!("templates/phone.cfg.j2:{line} misspelled-parameter");
        found.iter().filter(|found| found.ends_with(&wanted)).count() == 1
    };
    let found = findings(&files);
    assert!(is_there(&found, 3), "{found:?}");
    // A fault that rows have is reported once, at the template.
    let text = format!("{HEADER}lang.gul = {{{{ model }}}}\n");
    let mut files = files.to_vec();
    files[2].1 = text.as_str();
    files.extend([("www/0021f2000001.cfg", faulty.as_str()), ("www/0021f2000002.cfg", faulty.as_str())]);
    let found = findings(&files);
    assert!(is_there(&found, 2), "{found:?}");
    assert_eq!(found.iter().filter(|found| found.contains("misspelled")).count(), 1, "{found:?}");
}

#[test]
fn other_languages_are_named_and_not_read() {
    let text = format!("{HEADER}<% if a %>\nlang.gul = <%= b %>\n<% end %>\n");
    let boot = format!("{HEADER}include:config <y000000000000.cfg>\n");
    let found = findings(&[("y000000000000.boot", &boot), ("y000000000000.cfg", &text)]);
    assert_eq!(found, ["y000000000000.cfg:1 unrendered-template"]);
}

#[test]
fn the_names_in_templates_for_yealink_phones_are_reported_once() {
    let names = "features.acoustic_shield.level features.acoustic_shield.mode features.action_call_answer features.action_contact \
        features.action_dialer features.action_dsskey features.action_history features.action_uri_force_autop \
        features.action_uri_reboot_now features.analog_headset.mode features.anonymous.feature_key_sync.enable \
        features.auto_answer.ring_type features.auto_recording.enable features.auto_release_bla_line \
        features.barge_in_via_username.enable features.blf.intercom_mode.enable features.blf.ring_type \
        features.blf.show_callinfo.enable features.blf_active_backlight.enable features.blf_and_callpark_idle_led_enable";
    let foreign: Vec<String> = names.split_whitespace().map(|name| format!("{name} = {{$a}}\n")).collect();
    let foreign = foreign.concat();
    let foreign = format!("{HEADER}{foreign}network.static_dns_enable = 1\nlang.gui = English \n");
    let own = format!("{HEADER}lang.gi = {{$a}}\n");
    let files =
        [("yealink/t46s/phone.cfg.tpl", foreign.as_str()), ("flyingvoice/p10/phone.cfg.tpl", own.as_str())];
    // Other faults, and the names in other directories, are reported as before.
    assert_eq!(
        findings(&files),
        [
            "flyingvoice/p10/phone.cfg.tpl:2 misspelled-parameter",
            "yealink/t46s/phone.cfg.tpl:1 yealink-configuration",
            "yealink/t46s/phone.cfg.tpl:23 trailing-whitespace",
        ]
    );
}

#[test]
fn the_other_line_takes_effect_only_if_phones_know_the_name() {
    let related = |line: &str| {
        let mut memory = Memory::default();
        let text = format!("{HEADER}{{if $a}}\n{line} = 1\n{{/if}}\n{line} = 2\n");
        memory.add_file("phone.cfg.tpl", text.into_bytes());
        let opened = project::open_memory(&project::OpenOptions::default(), memory).unwrap();
        let options = opened.lint_options(Selection::default()).unwrap();
        let outcome = lint::run(&opened.workspace, &opened.schema, &options);
        let found = outcome.findings.iter().find(|finding| finding.rule.name == "duplicate-setting").unwrap();
        (found.diagnostic.message.clone(), found.diagnostic.related[0].1.clone())
    };
    let (message, other) = related("static.network.static_dns_enable");
    assert!(message.contains("the phone then uses the other value"), "{message}");
    assert_eq!(other, "this line takes effect");
    let (message, other) = related("network.static_dns_enable");
    assert!(!message.contains("the phone") && other == "the other value", "{message}: {other}");
}
