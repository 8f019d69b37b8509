//! Checks every entry of the catalogue: generated values of its type are accepted, corrupted values are
//! refused with the message of the type, and its properties are consistent.

use std::collections::BTreeMap;

use fvprov::catalogue::{Parameter, Schema, ValueType};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

const CASES: u32 = 24;

fn parameters() -> &'static [Parameter] {
    let parameters = Schema::builtin().parameters();
    assert_eq!(parameters.len(), 707);
    parameters
}

fn runner() -> TestRunner {
    TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() })
}

/// Numbers of a range as text, some with leading zeros.
fn numbers(min: i64, max: i64) -> BoxedStrategy<String> {
    let zeros = select(vec!["", "", "", "0", "000"]);
    let text = |(number, zeros): (i64, &str)| {
        if number < 0 { format!("-{zeros}{}", -number) } else { format!("{zeros}{number}") }
    };
    (prop_oneof![Just(min), Just(max), min..=max], zeros).prop_map(text).boxed()
}

fn bounds(parameter: &Parameter, min: i64, max: i64) -> (i64, i64) {
    let whole = |bound: Option<f64>, other: i64| bound.map_or(other, |bound| bound as i64);
    let min = whole(parameter.min, min);
    (min, whole(parameter.max, max.max(min)))
}

fn texts(parameter: &Parameter) -> BoxedStrategy<String> {
    let most = parameter.length.unwrap_or(64).min(300);
    proptest::collection::vec(prop_oneof!["[!-~]", "[ -~äöüßİ€]"], 1..=most)
        .prop_map(|letters| letters.concat())
        .prop_filter("a value is not blank", |text| !text.trim().is_empty())
        .boxed()
}

fn ipv4() -> BoxedStrategy<String> {
    let dotted = |b: [u8; 4]| format!("{}.{}.{}.{}", b[0], b[1], b[2], b[3]);
    let padded = |b: [u8; 4]| format!("{:03}.{:03}.{:03}.{:03}", b[0], b[1], b[2], b[3]);
    prop_oneof![any::<[u8; 4]>().prop_map(dotted), any::<[u8; 4]>().prop_map(padded)].boxed()
}

fn ipv6() -> BoxedStrategy<String> {
    let text = |b: [u8; 16]| std::net::Ipv6Addr::from(b).to_string();
    prop_oneof![any::<[u8; 16]>().prop_map(text), Just("fe80::1%eth0".into()), Just("::".into())].boxed()
}

fn host() -> BoxedStrategy<String> {
    let name = "[a-z][a-z0-9_-]{0,20}[a-z0-9](\\.[A-Z0-9]([a-z0-9-]{0,10}[a-z0-9])?){0,4}\\.?";
    prop_oneof![3 => name, 1 => ipv4(), 1 => ipv6(), 1 => ipv6().prop_map(|ip| format!("[{ip}]"))].boxed()
}

fn url() -> BoxedStrategy<String> {
    let path = "(/[A-Za-z0-9._$%&=?-]{1,12}){0,4}/?";
    let absolute =
        (select(vec!["http", "https", "ftp", "tftp"]), "([a-z]{1,8}:[!-.0-9A-~]{1,8}@)?", host(), path)
            .prop_map(|(scheme, user, host, path)| format!("{scheme}://{user}{host}{path}"));
    prop_oneof![4 => absolute, 1 => "[a-z]{1,8}(/[a-z ]{1,8}[a-z]){1,2}\\.(cfg|xml|wav)"].boxed()
}

/// Lists of one or two items.
fn items(parameter: &Parameter) -> BoxedStrategy<String> {
    let items = parameter.items.clone().unwrap();
    let item = Parameter { value_type: items.value_type, items: None, ..parameter.clone() };
    let separator = items.separator.to_string();
    proptest::collection::vec(good(&item), 1..=2).prop_map(move |items| items.join(&separator)).boxed()
}

/// Values that a parameter must accept.
fn good(parameter: &Parameter) -> BoxedStrategy<String> {
    let (min, max) = bounds(parameter, 0, 1_000_000);
    match parameter.value_type {
        ValueType::Bool => select(vec!["0", "1"]).prop_map(str::to_owned).boxed(),
        ValueType::Integer => numbers(min, max),
        ValueType::Float => {
            let (min, max) = (parameter.min.unwrap_or(0.0), parameter.max.unwrap_or(1000.0));
            (min..=max).prop_map(|number| format!("{number}")).boxed()
        }
        ValueType::Port => {
            let (min, max) = bounds(parameter, 0, 65535);
            numbers(min, max)
        }
        ValueType::Enum => select(parameter.values.clone()).prop_map(|(value, _)| value).boxed(),
        ValueType::Host => host(),
        ValueType::Hostport => {
            // An IPv6 address needs brackets before a port.
            let with_port = |(host, port): (String, u16)| match host.contains(':') && !host.ends_with(']') {
                true => host,
                false => format!("{host}:{port}"),
            };
            (host(), any::<u16>()).prop_map(with_port).boxed()
        }
        ValueType::Ipv4 => ipv4(),
        ValueType::Ipv6 => ipv6(),
        ValueType::Mask => (0..=32u32)
            .prop_map(|bits| {
                std::net::Ipv4Addr::from(u32::MAX.checked_shl(32 - bits).unwrap_or(0)).to_string()
            })
            .boxed(),
        ValueType::Mac => "([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}|[0-9a-fA-F]{12}".boxed(),
        ValueType::Url => url(),
        ValueType::SipUri => "(sips?:)?[a-z0-9*#_.+-]{1,12}(@[a-z0-9.-]{1,20})?".boxed(),
        ValueType::SipUser => "[A-Za-z0-9*#_.+@-]{1,20}".boxed(),
        ValueType::UserPassword => "[a-z]{1,12}:[!-~]{0,20}".boxed(),
        ValueType::TimeZone => "[+-]?(0?[0-9]|1[0-4])([:.](00|30|45|5))?".boxed(),
        ValueType::Multicast => (224..240_u8, any::<[u8; 3]>(), any::<u16>())
            .prop_map(|(first, [a, b, c], port)| format!("{first}.{a}.{b}.{c}:{port}"))
            .boxed(),
        ValueType::LdapFilter => "\\([&|]?(\\([a-zA-Z]{1,9}=%?\\*?\\)){0,2}\\(cn=%\\)\\)".boxed(),
        ValueType::List if parameter.items.is_some() => items(parameter),
        ValueType::Word => "[A-Za-z][A-Za-z0-9-]{0,9}".boxed(),
        ValueType::Ipv4Pattern => prop_oneof![ipv4(), "10\\.[0-9]\\.\\*\\.(\\*|[0-9])"].boxed(),
        ValueType::Text
        | ValueType::DialCode
        | ValueType::PhoneNumber
        | ValueType::Password
        | ValueType::Colour
        | ValueType::List
        | ValueType::File
        | ValueType::Unknown => texts(parameter),
    }
}

/// Words that are not numbers.
fn words() -> BoxedStrategy<String> {
    let is_number = |word: &String| ["inf", "nan", "infinity"].contains(&word.as_str());
    "[a-z]{1,8}".prop_filter("no number", move |word| !is_number(word)).boxed()
}

/// Valid values with an appended text.
fn spoilt(parameter: &Parameter, with: &'static str) -> BoxedStrategy<String> {
    good(parameter).prop_map(move |value| value + with).boxed()
}

/// Values that an address or a filter must refuse.
fn bad_format(parameter: &Parameter) -> BoxedStrategy<String> {
    match parameter.value_type {
        ValueType::Host | ValueType::Hostport => prop_oneof![
            spoilt(parameter, " "),
            host().prop_map(|host| format!("http://{host}")),
            host().prop_map(|host| format!("a b.{host}")),
            "[a-z]{1,5}\\.\\.[a-z]{1,5}",
            "(25[6-9]|[3-9][0-9]{2})(\\.[0-9]{1,2}){3}",
            "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}",
        ]
        .boxed(),
        ValueType::Ipv4 => {
            prop_oneof![words(), spoilt(parameter, ".1"), spoilt(parameter, "/24"), ipv6()].boxed()
        }
        ValueType::Ipv6 => prop_oneof![words(), spoilt(parameter, ":g"), ipv4()].boxed(),
        ValueType::Mask => {
            prop_oneof![words(), Just("255.0.255.0".into()), Just("0.0.0.255".into()), Just("24".into())]
                .boxed()
        }
        ValueType::Mac => prop_oneof![words(), "[0-9a-f]{11}", "[0-9a-f]{13}"].boxed(),
        ValueType::Multicast => {
            prop_oneof![words(), ipv4(), spoilt(parameter, "x"), spoilt(parameter, ":1")].boxed()
        }
        ValueType::LdapFilter => {
            prop_oneof![spoilt(parameter, ")"), spoilt(parameter, "("), Just("(cn=*)".into())].boxed()
        }
        _ => spoilt(parameter, " "),
    }
}

/// Values that a parameter must refuse; `None` if it refuses nothing, or only values that are too long.
fn bad(parameter: &Parameter) -> Option<BoxedStrategy<String>> {
    let beyond = || {
        let below = parameter.min.map(|min| format!("{}", min.floor() as i64 - 1));
        let above = parameter.max.map(|max| format!("{}", max.ceil() as i64 + 1));
        select(
            below
                .into_iter()
                .chain(above)
                .chain(["1 2".into(), "--1".into(), "0x1f".into()])
                .collect::<Vec<_>>(),
        )
    };
    if parameter.open {
        let is_number = |(value, _): &(String, String)| value.parse::<i64>().is_ok();
        let has_numbers = parameter.value_type == ValueType::Enum && parameter.values.iter().all(is_number);
        return has_numbers.then(|| words().boxed());
    }
    let values: BoxedStrategy<String> = match parameter.value_type {
        ValueType::Bool => prop_oneof![words(), "[2-9]|-1|1 0|[1-9][0-9]{1,3}"].boxed(),
        ValueType::Integer | ValueType::Port | ValueType::Float => {
            prop_oneof![words(), beyond(), spoilt(parameter, "x"), spoilt(parameter, " s")].boxed()
        }
        ValueType::Enum => {
            let known = parameter.values.clone();
            let is_new = move |value: &String| !known.iter().any(|(known, _)| known == value);
            prop_oneof!["[a-zA-Z]{1,9}", "99[0-9]{1,3}", spoilt(parameter, "x")]
                .prop_filter("is known", is_new)
                .boxed()
        }
        ValueType::Host
        | ValueType::Hostport
        | ValueType::Ipv4
        | ValueType::Ipv6
        | ValueType::Mask
        | ValueType::Mac
        | ValueType::Multicast
        | ValueType::LdapFilter => bad_format(parameter),
        ValueType::Url => {
            select(vec!["http://", "://host/x", "1http://host", "https:// host/x", "two words"])
                .prop_map(str::to_owned)
                .boxed()
        }
        ValueType::SipUri | ValueType::SipUser => spoilt(parameter, " x").boxed(),
        ValueType::UserPassword => prop_oneof![words(), Just(":secret".into())].boxed(),
        ValueType::TimeZone => prop_oneof!["[a-z]{3,8}", "[+-](1[5-9]|[2-9][0-9])"].boxed(),
        ValueType::List if parameter.items.is_some() => {
            let is_word = parameter.items.as_ref().is_some_and(|items| items.value_type == ValueType::Word);
            if is_word {
                spoilt(parameter, "=").boxed()
            } else {
                prop_oneof![words(), spoilt(parameter, "|x")].boxed()
            }
        }
        _ => {
            let most = parameter.length?;
            Just("x".repeat(most + 1)).boxed()
        }
    };
    Some(values)
}

/// The beginning of a type's description of its valid values.
fn own_words(parameter: &Parameter) -> &'static str {
    match parameter.value_type {
        ValueType::Bool => "0 or 1",
        ValueType::Integer => "a whole number",
        ValueType::Float => "a number",
        ValueType::Enum => "one of ",
        ValueType::Text => "text of at most ",
        ValueType::Host => "a host name or an IP address",
        ValueType::Hostport => "a host, with or without `:port`",
        ValueType::Port => "a port",
        ValueType::Ipv4 => "an IPv4 address",
        ValueType::Ipv6 => "an IPv6 address",
        ValueType::Mask => "a subnet mask",
        ValueType::Mac => "a MAC address",
        ValueType::Url => "a URL",
        ValueType::SipUri => "a SIP URI",
        ValueType::SipUser => "the user part of a SIP URI",
        ValueType::DialCode => "a code to dial",
        ValueType::PhoneNumber => "a number to dial",
        ValueType::Password => "a password",
        ValueType::UserPassword => "`user:password`",
        ValueType::TimeZone => "an offset from UTC in hours",
        ValueType::Colour => "a color",
        ValueType::List => "a list",
        ValueType::File => "a file name",
        ValueType::Multicast => "a multicast address and a port",
        ValueType::Ipv4Pattern => "an IPv4 address, with * for any octet",
        ValueType::LdapFilter => "an LDAP filter",
        ValueType::Word => "a word",
        ValueType::Unknown => "not known",
    }
}

#[test]
fn generated_values_of_a_type_are_accepted() {
    for parameter in parameters() {
        let fits = |value: &String| parameter.length.is_none_or(|most| value.chars().count() <= most);
        let taken = runner().run(&good(parameter).prop_filter("too long", fits), |value| {
            prop_assert_eq!(parameter.check(&value), Ok(()), "{} = {:?}", parameter.name, value);
            Ok(())
        });
        taken.unwrap_or_else(|error| panic!("{}: {error}", parameter.name));
    }
}

#[test]
fn invalid_values_are_refused_with_the_description_of_their_type() {
    let mut checked = 0;
    for parameter in parameters() {
        let Some(values) = bad(parameter) else { continue };
        checked += 1;
        let refused = runner().run(&values, |value| {
            let error = parameter.check(&value).err();
            let Some(error) = error else {
                return Err(TestCaseError::fail(format!("{} = {value:?} is taken", parameter.name)));
            };
            prop_assert!(error.expected.starts_with(own_words(parameter)), "{}", error.expected);
            if let Some(instead) = error.suggestion {
                prop_assert_ne!(&instead, &value);
                prop_assert_eq!(parameter.check(&instead), Ok(()), "proposed for {}", value);
            }
            Ok(())
        });
        refused.unwrap_or_else(|error| panic!("{}: {error}", parameter.name));
    }
    assert!(checked > 500, "only {checked} entries refuse anything");
}

#[test]
fn no_value_makes_a_check_panic() {
    runner()
        .run(&(select(parameters()), any::<String>()), |(parameter, value)| {
            if let Err(error) = parameter.check(&value) {
                prop_assert!(!error.expected.is_empty());
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn plausible_values_are_not_refused() {
    let parameter = |name: &str| Schema::builtin().parameter(name).unwrap();
    for (name, value) in [
        ("account.1.enable", "01"),
        ("account.1.sip_server.1.port", "0"),
        ("account.1.sip_server.1.port", "+5060"),
        ("account.1.sip_server.1.port", "05060"),
        ("account.1.sip_server.1.expires", "0120"),
        ("account.1.sip_server.1.transport_type", "02"),
        ("account.1.sip_server.1.address", "sip_1.example.com."),
        ("account.1.sip_server.1.address", "pbx"),
        ("account.1.sip_server.1.address", "010.000.000.001"),
        ("account.1.sip_server.1.address", "[2001:db8::1]"),
        ("static.network.internet_port.ip", "192.168.001.010"),
        ("static.network.internet_port.mask", "255.255.255.000"),
        ("static.network.vlan.internet_port_vid", "0020"),
        ("local_time.time_zone", "+05:30"),
        ("sip.timer_t1", "0.5"),
        ("static.firmware.url", "firmware/FIP14G V0.5.rom"),
        ("remote_phonebook.data.1.url", "https://u:p@h/app/?file=directory.xml&contacts=users"),
        ("action_url.dnd_on", "http://h/?mac=$mac&ip=$ip"),
    ] {
        assert_eq!(parameter(name).check(value), Ok(()), "{name} = {value}");
    }
}

#[test]
fn every_entry_is_complete_and_consistent() {
    for parameter in parameters() {
        let name = &parameter.name;
        assert!(
            parameter.description.ends_with('.') && parameter.description.len() > 10,
            "{name}: description"
        );
        assert!(!parameter.source.is_empty() && !parameter.section.is_empty(), "{name}: source and section");
        assert!(!parameter.expected().is_empty(), "{name}: takes");
        for (value, label) in &parameter.values {
            let closed = Parameter { open: false, ..parameter.clone() };
            assert_eq!(closed.check(value), Ok(()), "{name}: its value {value:?}");
            assert!(!label.is_empty(), "{name}: the meaning of {value:?}");
        }
        let values: BTreeMap<_, _> = parameter.values.iter().cloned().collect();
        assert_eq!(values.len(), parameter.values.len(), "{name}: a value twice");
        assert!(parameter.value_type != ValueType::Enum || !values.is_empty(), "{name}: one of nothing");
        if let Some(default) = &parameter.default {
            let closed = Parameter { open: false, ..parameter.clone() };
            assert_eq!(closed.check(default), Ok(()), "{name}: its default {default:?}");
        }
        if let (Some(min), Some(max)) = (parameter.min, parameter.max) {
            assert!(min < max, "{name}: from {min} to {max}");
        }
        for (placeholder, (least, most)) in &parameter.index {
            let is_there = name.split('.').any(|segment| segment == placeholder.to_string());
            assert!(is_there && least <= most, "{name}: {placeholder} from {least} to {most}");
        }
        assert!(
            ["common", "mac", "either"].contains(&parameter.scope.as_str()),
            "{name}: {}",
            parameter.scope
        );
    }
}

#[test]
fn every_set_of_models_excludes_some() {
    let schema = Schema::builtin();
    for parameter in parameters().iter().filter(|parameter| parameter.models.is_some()) {
        let takes = schema.models().iter().filter(|model| schema.supports(model, parameter)).count();
        assert!((1..schema.models().len()).contains(&takes), "{}: {takes} models", parameter.name);
    }
}

#[test]
fn every_name_belongs_to_one_entry() {
    let schema = Schema::builtin();
    for parameter in parameters() {
        let filled = runner().run(&any::<[u16; 2]>(), |[x, y]| {
            let fill = |segment: &str| match segment {
                "X" => x.to_string(),
                "Y" => y.to_string(),
                other => other.to_owned(),
            };
            let name = parameter.name.split('.').map(fill).collect::<Vec<_>>().join(".");
            prop_assert_eq!(schema.parameter(&name).map(|found| &found.name), Some(&parameter.name));
            prop_assert!(!schema.is_yealink_only(&name));
            Ok(())
        });
        filled.unwrap();
    }
    // No name matches two entries.
    let patterns = |name: &str| {
        name.split('.')
            .map(|s| if s == "X" || s == "Y" || s.bytes().all(|b| b.is_ascii_digit()) { "#" } else { s })
            .collect::<Vec<_>>()
            .join(".")
    };
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for parameter in parameters() {
        let other = seen.insert(patterns(&parameter.name), &parameter.name);
        assert_eq!(other, None, "also {}", parameter.name);
    }
}
