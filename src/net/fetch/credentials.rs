//! User names and passwords. The login of a URL comes from the URL itself. For the server named on the
//! command line, it otherwise comes from the URL given there, or from `FVPROV_USER` and
//! `FVPROV_PASSWORD`. For other servers, or without these, it comes from netrc. Logins are used in
//! requests only and never printed.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::text::quoted;

/// A user name with its password. `Debug` output does not contain them.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: String,
}

impl Login {
    /// The login in a URL, percent-decoded.
    fn of(url: &Url) -> Option<Self> {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let is_there = !url.username().is_empty() || url.password().is_some();
        let password = decoded(url.password().unwrap_or_default());
        is_there.then(|| Self { user: decoded(url.username()), password })
    }
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(…)")
    }
}

/// The known logins, apart from those in requested URLs.
#[derive(Debug, Default)]
pub struct Logins {
    /// The server that the user named.
    named: Option<Url>,
    /// The login for `named`: from its URL, or else from the environment.
    login: Option<Login>,
    /// Logins of netrc with their hosts. A login without a host applies to all other hosts.
    netrc: Vec<(Option<String>, Login)>,
}

impl Logins {
    /// Reads the environment variables and netrc: the file in `NETRC`, or else `.netrc` in the home
    /// directory.
    pub fn from_environment(named: Option<&Url>) -> Self {
        let user = std::env::var("FVPROV_USER").ok().filter(|user| !user.is_empty());
        let given = user.map(|user| {
            let password = std::env::var("FVPROV_PASSWORD").unwrap_or_default();
            Login { user, password }
        });
        let login = named.and_then(Login::of).or(given);
        let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".netrc"));
        let file = std::env::var_os("NETRC").map(PathBuf::from).or_else(home);
        let text = file.and_then(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
        Self { named: named.cloned(), login, netrc: netrc(&text) }
    }

    /// The login for a URL.
    pub fn of(&self, url: &Url) -> Option<Login> {
        if let Some(login) = Login::of(url) {
            return Some(login);
        }
        let is_named = self.named.as_ref().is_some_and(|named| is_same_server(named, url));
        if let (true, Some(login)) = (is_named, &self.login) {
            return Some(login.clone());
        }
        // A file that was received over TLS may name a URL without TLS, which would expose the
        // password.
        let is_tls = |url: &Url| matches!(url.scheme(), "https" | "ftps");
        if self.named.as_ref().is_some_and(is_tls) && !is_tls(url) {
            return None;
        }
        let host = url.host_str().unwrap_or_default();
        let is_meant = |(machine, _): &&(Option<String>, Login)| {
            machine.as_ref().is_none_or(|machine| machine.eq_ignore_ascii_case(host))
        };
        self.netrc.iter().find(is_meant).map(|(_, login)| login.clone())
    }
}

/// Whether two URLs have the same scheme, host and port.
pub fn is_same_server(a: &Url, b: &Url) -> bool {
    let of = |url: &Url| (url.scheme().to_owned(), super::common::authority(url));
    of(a) == of(b)
}

/// The logins of a netrc file, in order. Entries after `default` are never reached.
fn netrc(text: &str) -> Vec<(Option<String>, Login)> {
    let mut logins: Vec<(Option<String>, Login)> = Vec::new();
    let mut words = words(text).into_iter();
    while let Some(word) = words.next() {
        let empty = Login { user: String::new(), password: String::new() };
        match word.as_str() {
            "machine" => logins.push((words.next(), empty)),
            "default" => logins.push((None, empty)),
            "login" | "user" | "password" | "account" => {
                let (Some(value), Some((_, login))) = (words.next(), logins.last_mut()) else { continue };
                match word.as_str() {
                    "password" => login.password = value,
                    "account" => {}
                    _ => login.user = value,
                }
            }
            _ => {}
        }
    }
    logins
}

/// The words of a netrc file, without comments and macros. A word may be in quotes, with `\` as the
/// escape character.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut in_macro = false;
    for line in text.lines() {
        // A macro ends with an empty line.
        in_macro &= !line.trim().is_empty();
        if in_macro {
            continue;
        }
        let mut rest = line.trim_start();
        while !rest.is_empty() && !rest.starts_with('#') {
            let (word, behind) = quoted::value(rest, char::is_whitespace);
            rest = behind.trim_start();
            if word == "macdef" {
                in_macro = true;
                break;
            }
            words.push(word);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETRC: &str = "# ours\nmachine pbx.example.com login fv password s3cret\nmachine other\n  login \"a b\"\n  \
                         password \"q\\\"w # e\"\nmacdef init\nmachine evil login x password y\n\ndefault login any \
                         password #thing\n";

    #[test]
    fn netrc_is_read_as_others_read_it() {
        let logins = Logins { netrc: netrc(NETRC), ..Logins::default() };
        let of = |url: &str| {
            let login = logins.of(&Url::parse(url).unwrap()).unwrap();
            (login.user, login.password)
        };
        let pair = |user: &str, password: &str| (user.to_owned(), password.to_owned());
        assert_eq!(of("http://PBX.example.com/x"), pair("fv", "s3cret"));
        assert_eq!(of("ftp://other/x"), pair("a b", "q\"w # e"));
        assert_eq!(of("ftp://evil/x"), pair("any", ""));
        assert_eq!(of("ftp://me:p%40ss@other/x"), pair("me", "p@ss"));
        assert_eq!(
            netrc("login x machine"),
            [(None, Login { user: String::new(), password: String::new() })]
        );
    }

    #[test]
    fn the_environment_is_for_the_named_server_only() {
        let login = Login { user: "me".into(), password: "x".into() };
        let url = |text: &str| Url::parse(text).unwrap();
        let named = Some(url("http://h/prov/"));
        let logins = Logins { named, login: Some(login.clone()), netrc: Vec::new() };
        assert_eq!(logins.of(&url("http://H:80/other.cfg")), Some(login));
        for other in ["https://h/x", "http://h:81/x", "http://g/x", "ftp://h/x"] {
            assert_eq!(logins.of(&url(other)), None, "{other}");
        }
        assert_eq!(format!("{logins:?}").matches("Login(…)").count(), 1);
    }

    #[test]
    fn netrc_is_not_for_addresses_without_tls_to_which_a_server_with_tls_leads() {
        let url = |text: &str| Url::parse(text).unwrap();
        let named = |named: &str| Logins { named: Some(url(named)), login: None, netrc: netrc(NETRC) };
        let has = |logins: &Logins, at: &str| logins.of(&url(at)).is_some();
        for tls in ["https://pbx.example.com/prov/", "ftps://pbx.example.com/"] {
            let logins = named(tls);
            assert!(has(&logins, tls) && has(&logins, "https://other/x"), "{tls}");
            for plain in ["http://pbx.example.com/x.cfg", "ftp://pbx.example.com/x.cfg", "http://other/x"] {
                assert!(!has(&logins, plain), "{tls} to {plain}");
            }
            assert!(has(&logins, "http://in:url@other/x"), "what the file itself says is known already");
        }
        assert!(has(&named("http://pbx.example.com/"), "http://pbx.example.com/x"));
    }
}
