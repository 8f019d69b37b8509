//! Secrets in lines, values, URLs and edits: the output contains none.

use fvprov::catalogue::Schema;
use fvprov::text::redact::{Mask, SecretNames as _};

fn mask() -> Mask<'static> {
    Mask::new(Schema::builtin())
}

fn line(text: &str) -> String {
    mask().line(text, "", 0..0).0
}

#[test]
fn lines_lose_their_secrets_however_they_are_broken() {
    for text in [
        "account.1.password = hunter2",
        "  account.1.password=hunter2",
        "account.1.pasword = hunter2",
        "account.1.password hunter2",
        "account.1.password: hunter2",
        "# account.1.password = hunter2",
        "account.1.password = = hunter2",
        "lang.gui = Englishaccount.1.password = hunter2",
        "account.1.password\u{a0}= hunter2",
        "account.1.pass word = hunter2",
        "account.1.password hunter2 = x",
        "account.1.password:hunter2=x",
        "ftp.pw = hunter2",
        "//account.1.password = hunter2",
        ";account.1.password = hunter2",
        "x.apikey = hunter2",
    ] {
        assert!(line(text).ends_with("<secret #1>"), "{text} → {}", line(text));
        assert!(!line(text).contains("hunter2"), "{text}");
    }
    assert_eq!(line("x.url = https://me:hunter2@h/x?a=b"), "x.url = https://<secret #1>@h/x?a=b");
    assert_eq!(line("x.url = http://me:hun/ter2@h/x"), "x.url = http://<secret #1>@h/x");
    assert_eq!(line("x.url = http://me:hunter2 and 3@h/x"), "x.url = http://<secret #1>@h/x");
    let url = "http://h/x?user=me&password=hunter2&token=hunter3#top";
    let masked = "http://h/x?user=me&password=<secret #1>&token=<secret #2>";
    assert_eq!(mask().prose(url, &[]), masked);
    assert!(!line(&format!("x.url = {url}")).contains("hunter"));
    assert_eq!(mask().prose("GET /x?token=hunter2", &[]), "GET /x?token=<secret #1>");
    assert_eq!(mask().prose("see http://h:80/ or write to me@h", &[]), "see http://h:80/ or write to me@h");
    assert_eq!(line("include:config <ftp:/me:hunter2@h/x.cfg>"), "include:config <ftp:/<secret #1>@h/x.cfg>");
    assert_eq!(line("x.url=me:hunter2@h"), "x.url=<secret #1>@h");
    assert_eq!(mask().value("x.url", "me:hunter2@h"), "<secret #1>@h");
    assert_eq!(mask().line("   ", "account.1.password =", 0..0).0, "   ");
    // Scanning back over the whole line at each sign would take minutes.
    assert!(
        line(&("x: ".repeat(20_000) + "x:".repeat(20_000).as_str() + "x.pwd = a")).ends_with("<secret #1>")
    );
    assert_eq!(line("include:config me:hunter2@h/x.cfg"), "include:config <secret #1>@h/x.cfg");
    for text in ["x.url = http://h:80/x?mail=a@b", "x.uri = sip:101@pbx", "x.text = press key now", "a = b@c"]
    {
        assert_eq!(line(text), text);
    }
    assert_eq!(mask().line("  hunter2", "account.1.password =", 0..0).0, "  <secret #1>");
    assert_eq!(mask().line("aHVudGVyMg==", "account.1.password =", 0..0).0, "<secret #1>");
    assert_eq!(mask().line("lang.gui = x", "account.1.password =", 0..0).0, "lang.gui = x");
}

#[test]
fn a_secret_may_go_on_in_the_next_line() {
    let next = |text: &str| mask().line(text, "account.1.password = secret123", 0..0).0;
    assert_eq!(next("account.1.auth_name 101"), "account.1.auth_name 101");
    assert_eq!(next("account.1.password 101"), "account.1.password <secret #1>");
    assert_eq!(next("hunter2 101"), "<secret #1>");
    assert_eq!(next("aHVudGVypw=="), "<secret #1>");
    for text in ["Token:", "account.1.password =", "account.1.password = \t", "= account.1.password:"] {
        assert_eq!(line(text), text);
    }
    assert_eq!(mask().name("account.1.password:hunter2", "", ""), "account.1.password:<secret #1>");
    assert_eq!(mask().name("aHVudGVy", "aHVudGVy==", "account.1.password ="), "<secret #1>");
    assert_eq!(
        mask().value("lang.gui", "Enaccount.1.password = hunter2"),
        "Enaccount.1.password = <secret #1>"
    );
    assert_eq!(mask().value("account.1.label", "Press key 5"), "Press key 5");
    assert_eq!(mask().prose("`a\n::b` is wrong", &[]), "`a\\x0a::b` is wrong");
    assert_eq!(line("account.1.label = Reception"), "account.1.label = Reception");
    assert_eq!(line("linekey.1.value = 101"), "linekey.1.value = 101");
}

#[test]
fn an_edit_hides_what_would_be_secret_in_the_file() {
    let edit = |text: &str, head: &str, tail: &str| mask().edit(text, head, tail, "", &["hunter2"]);
    assert_eq!(edit("account.1.password = swordfish\n", "", ""), "account.1.password = <secret #1>\n");
    assert_eq!(edit("account.1.password", "", " = hunter2"), "account.1.password");
    assert_eq!(edit("fish", "account.1.password = sword", "x"), "<secret #1>");
    assert_eq!(edit("lang.gui = hunter2\tx", "", ""), "lang.gui = <secret #1>\tx");
    assert_eq!(edit("", "account.1.password = \"", "hunter2"), "");
    assert_eq!(edit("account.1.password =\r\n", "", "sword"), "account.1.password =\r\n");
}

#[test]
fn equal_secrets_have_equal_numbers() {
    let mut mask = mask();
    assert_eq!(mask.value("account.1.password", "a"), "<secret #1>");
    assert_eq!(mask.value("account.2.password", "b"), "<secret #2>");
    assert_eq!(mask.value("ldap.password", "a"), "<secret #1>");
    assert_eq!(mask.value("account.1.label", "a"), "a");
    assert_eq!(
        mask.prose("`account.1.x` is `1`, on line 1, or hunter2x", &["1", "hunter2"]),
        "`account.1.x` is `<secret #3>`, on line 1, or <secret #4>x"
    );
    let own = "weak password: `password` is a common password of `account.1.password`";
    let masked = "weak password: `<secret #5>` is a common password of `account.1.password`";
    assert_eq!(mask.prose(own, &["password"]), masked);
}

#[test]
fn users_and_headers_are_no_secrets() {
    let mut mask = mask();
    assert_eq!(mask.value("static.security.user_password", "admin:x"), "admin:<secret #1>");
    let line = |mask: &mut Mask<'_>, line: &str, before: &str| mask.line(line, before, 0..0).0;
    assert_eq!(
        line(&mut mask, "static.security.user_password = admin:x", ""),
        "static.security.user_password = admin:<secret #1>"
    );
    assert_eq!(line(&mut mask, "#!version:1.0.0.1", "<b>Warning</b>: no password"), "#!version:1.0.0.1");
}

#[test]
fn parts_are_found_in_the_masked_line() {
    let (text, part) = mask().line("account.1.password = hunter2 \t", "", 28..30);
    assert_eq!((text.as_str(), part), ("account.1.password = <secret #1> \t", 32..34));
    let (text, part) = mask().line("a\u{1b}b = c", "", 1..3);
    assert_eq!((text.as_str(), &text[part]), ("a\\x1bb = c", "\\x1bb"));
}

#[test]
fn each_kind_of_name_is_known_and_so_are_its_harmless_twins() {
    let schema = Schema::builtin();
    for name in [
        "x.community",
        "snmp.rocommunity",
        "x.unlock_code",
        "x.unlockCode",
        "x.pin_code",
        "x.security.code",
        "x.cookie",
        "x.pwrd",
        "x.digest",
        "x.session_id",
        "x.password1",
        "x.pass2",
        "x.adminpw",
        "x.userPin",
        "x.clientSecret",
        "x.passwort",
        "x.mot_de_passe",
        "x.contrase\u{f1}a",
        "x.totp_seed",
        "x.puk",
    ] {
        assert!(schema.is_secret(name), "{name}");
    }
    for name in [
        "x.community_enable",
        "x.area_code",
        "features.pickup_code",
        "x.country.code",
        "x.digest_realm",
        "x.session_timer",
        "x.key_type",
        "x.key_tone",
        "x.password_min_length",
        "x.password.max_length.1",
        "x.cookie_lifetime",
        "x.bypass",
        "x.compass",
        "x.spin",
        "x.keyboard",
        "x.signature",
        "x.hash",
        "x.author",
        "x.pin_attempts",
        "lineKey.1.value",
    ] {
        assert!(!schema.is_secret(name), "{name}");
    }
    for (name, expected) in [
        ("sig", true),
        ("X-Amz-Signature", true),
        ("auth", true),
        ("auth_type", false),
        ("a", false),
        ("design", false),
    ] {
        assert_eq!(schema.is_secret_in_url(name), expected, "{name}");
    }
}
