//! User names and passwords: from the URL, from `FVPROV_USER` and `FVPROV_PASSWORD` for the server that the
//! command line names, or from netrc. If the URL or the environment contains only a user name or only a
//! password, the next source provides the missing part. Logins are sent in requests and never printed.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use super::common::authority;
use crate::text::quoted;

/// A user name, and the password if it is known. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: Option<String>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(…)")
    }
}

/// A user name and a password from one source. Either may be missing.
#[derive(Clone, Default, PartialEq, Eq)]
struct Partial {
    user: Option<String>,
    password: Option<String>,
}

impl std::fmt::Debug for Partial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(…)")
    }
}

impl Partial {
    fn from_url(url: &Url) -> Self {
        let user = Some(url.username()).filter(|user| !user.is_empty());
        Self { user: user.map(decode), password: url.password().map(decode) }
    }

    fn is_complete(&self) -> bool {
        self.user.is_some() && self.password.is_some()
    }

    /// Adds the missing part from a second source, unless that source has a different user name or password.
    fn complete_from(&mut self, other: &Self) {
        let other_user = self.user.as_ref().zip(other.user.as_ref()).is_some_and(|(a, b)| a != b);
        let other_password = self.password.as_ref().zip(other.password.as_ref()).is_some_and(|(a, b)| a != b);
        if !self.is_complete() && !other_user && !other_password {
            self.user = self.user.take().or_else(|| other.user.clone());
            self.password = self.password.take().or_else(|| other.password.clone());
        }
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The logins from the environment and from netrc.
#[derive(Debug, Default)]
pub struct Logins {
    /// The server that the command line names, with the login from its URL and the environment.
    named: Option<Url>,
    environment: Partial,
    /// Logins by host. An entry without a host applies to all other hosts.
    netrc: Vec<(Option<String>, Partial)>,
}

impl Logins {
    /// Reads the environment and the netrc file: the file that `NETRC` names, or else `.netrc` (on Windows also `_netrc`)
    /// in the home directory.
    pub fn from_environment(named: Option<&Url>) -> Self {
        let [user, password] = ["FVPROV_USER", "FVPROV_PASSWORD"]
            .map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        let environment = Partial { user, password };
        let names: &[&str] = if cfg!(windows) { &[".netrc", "_netrc"] } else { &[".netrc"] };
        let home = std::env::home_dir().unwrap_or_default();
        let files = match std::env::var_os("NETRC") {
            Some(file) => vec![PathBuf::from(file)],
            None => names.iter().map(|name| home.join(name)).collect(),
        };
        let text = files.iter().find_map(|file| std::fs::read_to_string(file).ok()).unwrap_or_default();
        Self { named: named.cloned(), environment, netrc: netrc(&text) }
    }

    /// The login for a URL; `None` if no user name is known.
    pub fn login_for(&self, url: &Url) -> Option<Login> {
        let mut login = Partial::from_url(url);
        if let Some(named) = self.named.as_ref().filter(|named| is_same_server(named, url)) {
            login.complete_from(&Partial::from_url(named));
            login.complete_from(&self.environment);
        }
        if self.may_use_netrc(url) {
            let host = url.host_str().unwrap_or_default();
            for (machine, entry) in &self.netrc {
                if machine.as_ref().is_none_or(|machine| machine.eq_ignore_ascii_case(host)) {
                    login.complete_from(entry);
                }
            }
        }
        Some(Login { user: login.user?, password: login.password })
    }

    /// Whether passwords from netrc may be sent to a URL. They are not sent without TLS if the tree's server
    /// uses TLS, because a file received over TLS can name a URL without TLS.
    fn may_use_netrc(&self, url: &Url) -> bool {
        is_tls(url) || !self.named.as_ref().is_some_and(is_tls)
    }
}

fn is_tls(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "ftps")
}

/// Whether two URLs have the same scheme, host and port.
pub fn is_same_server(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme() && authority(a) == authority(b)
}

/// The logins in a netrc file, in order.
fn netrc(text: &str) -> Vec<(Option<String>, Partial)> {
    let mut logins: Vec<(Option<String>, Partial)> = Vec::new();
    let mut words = words(text).into_iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "machine" => logins.push((words.next(), Partial::default())),
            "default" => logins.push((None, Partial::default())),
            "login" | "user" | "password" | "account" => {
                let (Some(value), Some((_, login))) = (words.next(), logins.last_mut()) else { continue };
                match word.as_str() {
                    "password" => login.password = Some(value),
                    "account" => {}
                    _ => login.user = Some(value),
                }
            }
            _ => {}
        }
    }
    logins
}

/// The words in a netrc file, without comments and macros. Words may be in quotes, with `\` as the escape character.
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
                         password \"q\\\"w # e\"\nmachine two login u1 password one\nmachine two login u2 password two\n\
                         macdef init\nmachine evil login x password y\n\ndefault login any password #thing\n";

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[allow(clippy::unnecessary_wraps)] // like the tested function
    fn login(user: &str, password: &str) -> Option<Login> {
        Some(Login { user: user.into(), password: Some(password.into()) })
    }

    fn partial(user: &str, password: &str) -> Partial {
        let [user, password] =
            [user, password].map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()));
        Partial { user, password }
    }

    /// The logins for a tree at a URL, with the environment and [`NETRC`].
    fn logins(named: &str, environment: Partial) -> Logins {
        Logins { named: Some(url(named)), environment, netrc: netrc(NETRC) }
    }

    #[test]
    fn netrc_is_read_like_other_programs_read_it() {
        let logins = Logins { netrc: netrc(NETRC), ..Logins::default() };
        for (at, expected) in [
            ("http://PBX.example.com/x", login("fv", "s3cret")),
            ("ftp://other/x", login("a b", "q\"w # e")),
            ("ftp://evil/x", Some(Login { user: "any".into(), password: None })),
            ("ftp://me:p%40ss@other/x", login("me", "p@ss")),
        ] {
            assert!(logins.login_for(&url(at)) == expected, "{at}");
        }
        assert!(netrc("login x machine") == [(None, Partial::default())]);
    }

    #[test]
    fn a_missing_half_comes_from_the_next_source() {
        let from_netrc = Logins { netrc: netrc(NETRC), ..Logins::default() };
        assert!(from_netrc.login_for(&url("http://u2@two/")) == login("u2", "two"));
        let no_password = Some(Login { user: "u3".into(), password: None });
        assert!(from_netrc.login_for(&url("http://u3@two/")) == no_password, "no empty password");
        assert!(from_netrc.login_for(&url("http://:one@two/")) == login("u1", "one"));
        let named = logins("http://u2@h/prov/", partial("", "secret"));
        assert!(named.login_for(&url("http://u2@h/prov/x.cfg")) == login("u2", "secret"));
        assert!(named.login_for(&url("http://h/prov/x.cfg")) == login("u2", "secret"));
        let other_user = logins("http://u2@h/prov/", partial("u9", "secret"));
        assert!(
            other_user.login_for(&url("http://u2@h/x")) == Some(Login { user: "u2".into(), password: None })
        );
        let user_only = logins("http://two/", partial("u2", ""));
        assert!(user_only.login_for(&url("http://two/x")) == login("u2", "two"));
        let password_only = logins("http://two/", partial("", "secret"));
        assert!(password_only.login_for(&url("http://:secret@g/x")) == login("any", "secret"));
    }

    #[test]
    fn the_environment_is_for_the_named_server_only() {
        let logins =
            Logins { named: Some(url("http://h/prov/")), environment: partial("me", "x"), netrc: Vec::new() };
        assert!(logins.login_for(&url("http://H:80/other.cfg")) == login("me", "x"));
        for other in ["https://h/x", "http://h:81/x", "http://g/x", "ftp://h/x"] {
            assert!(logins.login_for(&url(other)).is_none(), "{other}");
        }
        assert_eq!(format!("{logins:?}").matches("Login(…)").count(), 1);
    }

    #[test]
    fn no_password_of_netrc_is_sent_from_tls_to_a_url_without_tls() {
        for tls in ["https://pbx.example.com/prov/", "ftps://pbx.example.com/"] {
            let logins = logins(tls, Partial::default());
            assert!(has_password(&logins, tls) && has_password(&logins, "https://other/x"), "{tls}");
            for plain in ["http://pbx.example.com/x.cfg", "ftp://pbx.example.com/x.cfg", "http://other/x"] {
                assert!(!has_password(&logins, plain), "{tls} to {plain}");
            }
            let url_with_login = "http://in:url@other/x";
            assert!(has_password(&logins, url_with_login), "the file itself contains this login");
        }
        let plain = logins("http://pbx.example.com/", Partial::default());
        assert!(has_password(&plain, "http://pbx.example.com/x"));
    }

    fn has_password(logins: &Logins, at: &str) -> bool {
        logins.login_for(&url(at)).is_some_and(|login| login.password.is_some())
    }
}
