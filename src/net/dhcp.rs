//! Configuration lines for common DHCP servers that set DHCP option 66 (RFC 2132 §9.4), the phones'
//! provisioning server.

use crate::net::{Error, Option66Fault};
use crate::text::address::{host_fault, provisioning_fault, url_fault};

/// Maximum length of an option in bytes, because the length field is one byte (RFC 2132 §2).
const LONGEST: usize = 255;
/// Maximum length of a value that all servers send unchanged: Kea splits longer values (RFC 3396), and
/// dnsmasq appends a zero byte.
const LONGEST_UNSPLIT: usize = 253;

/// A DHCP server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// dnsmasq, in `dnsmasq.conf` or `/etc/dnsmasq.d/`.
    Dnsmasq,
    /// Kea's `kea-dhcp4.conf`.
    Kea,
    /// ISC's `dhcpd.conf`.
    Isc,
}

impl Server {
    /// All supported servers.
    pub const ALL: [Self; 3] = [Self::Dnsmasq, Self::Kea, Self::Isc];

    /// The name of the server program, and the configuration file to add the line to.
    pub fn location(self) -> &'static str {
        match self {
            Self::Dnsmasq => "dnsmasq: /etc/dnsmasq.d/phones.conf",
            Self::Kea => "Kea: kea-dhcp4.conf, in the \"option-data\" list of Dhcp4, a subnet or a class",
            Self::Isc => "ISC dhcpd: dhcpd.conf, globally or in a subnet or group",
        }
    }

    /// The configuration line for a value that [`check`] accepts.
    pub fn line(self, value: &str) -> String {
        match self {
            // Within quotes, commas do not separate values, and `\"` and `\\` are escapes.
            Self::Dnsmasq => format!("dhcp-option=66,\"{}\"", escaped(value, &['"', '\\'])),
            // Kea splits the JSON string at commas, except at `\,`.
            Self::Kea => {
                let data = value.replace('\\', "\\\\").replace(',', "\\,");
                let data = escaped(&data, &['"', '\\']);
                format!("{{ \"name\": \"tftp-server-name\", \"data\": \"{data}\" }}")
            }
            Self::Isc => format!("option tftp-server-name \"{}\";", escaped(value, &['"', '\\'])),
        }
    }
}

fn escaped(text: &str, signs: &[char]) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if signs.contains(&c) {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

/// Checks a value for option 66. Returns notes about the value.
///
/// # Errors
/// Phones do not accept the value.
pub fn check(value: &str) -> Result<Vec<String>, Error> {
    Ok(check_value(value)?)
}

fn check_value(value: &str) -> Result<Vec<String>, Option66Fault> {
    if value.is_empty() {
        return Err(Option66Fault::Empty);
    }
    if let Some(odd) = value.chars().find(|c| !(' '..='~').contains(c)) {
        let host =
            value.split_once("://").map_or(value, |(_, rest)| rest).split('/').next().unwrap_or_default();
        return Err(match host_fault(host) {
            _ if odd.is_control() => Option66Fault::Control(odd),
            Some(fault) if !host.is_ascii() => Option66Fault::Address(fault.what, fault.help),
            _ => Option66Fault::NotAscii(odd),
        });
    }
    if value.len() > LONGEST {
        return Err(Option66Fault::TooLong { length: value.len(), most: LONGEST });
    }
    if value.contains(' ') {
        return Err(Option66Fault::Space);
    }
    let Some((scheme, rest)) = value.split_once("://") else { return check_host(value) };
    if !["http", "https", "tftp", "ftp"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(Option66Fault::Scheme(scheme.to_owned()));
    }
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.is_empty() || host.starts_with(':') {
        return Err(Option66Fault::NoHost);
    }
    if let Some(fault) = provisioning_fault(value).filter(|fault| !fault.what.contains("names a file")) {
        return Err(Option66Fault::Address(fault.what, fault.help));
    }
    let mut notes = Vec::new();
    if value.len() > LONGEST_UNSPLIT {
        notes.push(format!(
            "a server may split a URL of more than {LONGEST_UNSPLIT} bytes, and a phone may not join the parts"
        ));
    }
    if authority.contains('@') {
        notes.push(
            "the URL contains a password, which DHCP sends unencrypted to any client: use a password that protects nothing else"
                .into(),
        );
    }
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    if !(path.ends_with('/') || is_file) {
        notes.push("without a slash at the end, a phone may treat the last part of the URL as a file".into());
    }
    Ok(notes)
}

/// Checks a host without a scheme. Yealink documents that phones then use TFTP.
fn check_host(value: &str) -> Result<Vec<String>, Option66Fault> {
    if value.contains(['/', '@', '"', '\\', ',']) {
        return Err(Option66Fault::NeitherUrlNorHost);
    }
    if let Some(fault) = url_fault(&format!("tftp://{value}/")) {
        return Err(Option66Fault::Address(fault.what, fault.help));
    }
    Ok(vec![format!(
        "phones probably read a host without a scheme as tftp://{value}/: add the scheme to be sure"
    )])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_server_reads_the_same_value() {
        let value = "http://a:b\"c\\d,e@h/x,y/";
        assert!(check(value).unwrap()[0].contains("unencrypted"));
        let lines: Vec<String> = Server::ALL.iter().map(|server| server.line(value)).collect();
        assert_eq!(
            lines,
            [
                r#"dhcp-option=66,"http://a:b\"c\\d,e@h/x,y/""#,
                r#"{ "name": "tftp-server-name", "data": "http://a:b\"c\\\\d\\,e@h/x\\,y/" }"#,
                r#"option tftp-server-name "http://a:b\"c\\d,e@h/x,y/";"#,
            ]
        );
    }

    #[test]
    fn invalid_values_are_rejected() {
        for value in [
            "",
            "http://ö/",
            "http://h/a b/",
            "http://h/\n",
            "gopher://h/",
            "http:///x",
            "http://:80/",
            "http://a@/",
            "http://p.example.com:99999/",
            "http://p:/",
            "http://10.0.0.256/",
            "10.0.0.256",
            "2001:db8::1",
            "http://a/,http://b/",
            "https://h/app/?mac=$1",
            "http://localhost/",
            "h/prov",
            "a\"b",
            &format!("http://{}/", "x".repeat(250)),
        ] {
            assert!(check(value).is_err(), "{value}");
        }
        assert_eq!(check("http://10.0.0.2:8080/prov/"), Ok(vec![]));
        assert_eq!(check(&format!("http://h/{}/", "x".repeat(243))), Ok(vec![]));
        assert!(check(&format!("http://h/{}/", "x".repeat(245))).unwrap()[0].contains("split"));
        assert!(check("10.0.0.2").unwrap()[0].contains("tftp://10.0.0.2/"));
        assert!(check("http://h/prov").unwrap()[0].contains("slash"));
        assert_eq!(check("tftp://h/0021f2000001.cfg"), Ok(vec![]));
    }
}
