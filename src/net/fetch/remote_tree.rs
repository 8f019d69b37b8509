//! A tree at a URL. Each file is requested only once.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use percent_encoding::{percent_decode_str, utf8_percent_encode};
use reqwest::Url;

use super::common::{ClientOptions, display_url, parse};
use super::net::{Download, Net};
use crate::net::{Error, UrlFault};
use crate::text::address::ENCODED_IN_PATH;
use crate::text::listing::Entry;
use crate::text::path::{file_name, parent};

/// A directory on a server.
#[derive(Debug)]
pub struct RemoteTree {
    net: Net,
    /// The URL of the directory, with a trailing slash.
    top: Url,
    responses: Mutex<BTreeMap<String, Result<Vec<u8>, Error>>>,
}

impl RemoteTree {
    /// Splits a URL into a directory and, if the URL names a file, the file name. A provisioning URL that
    /// ends in neither `.boot` nor `.cfg` is a directory. Sends no request.
    ///
    /// # Errors
    /// The URL cannot be requested.
    pub fn open(url: &str, manner: ClientOptions) -> Result<(Self, Option<String>), Error> {
        let mut top = parse(url)?;
        if top.query().is_some() || top.fragment().is_some() {
            return Err(Error::Url { url: url.to_owned(), fault: UrlFault::Query });
        }
        let path = top.path().to_owned();
        let last = file_name(&path);
        let is_file = last.ends_with(".boot") || last.ends_with(".cfg");
        let name = is_file.then(|| percent_decode_str(last).decode_utf8_lossy().into_owned());
        let directory = if is_file { parent(&path) } else { path.trim_end_matches('/') };
        let is_absolute = top.scheme() == "tftp" && path.starts_with("//");
        top.set_path(&format!("{directory}{}", if is_absolute && directory.len() < 2 { "//" } else { "/" }));
        let net = Net::new(ClientOptions { named: Some(top.clone()), ..manner })?;
        Ok((Self { net, top, responses: Mutex::default() }, name))
    }

    /// The URL of the directory, without the user name, the password and the trailing slash.
    pub fn display_url(&self) -> String {
        display_url(&self.top)
    }

    /// The URL of the server's top directory, without the user name, the password and the trailing slash.
    pub fn display_server(&self) -> String {
        let mut top = self.top.clone();
        top.set_path("/");
        display_url(&top) + if self.is_absolute() { "/" } else { "" }
    }

    /// Whether file names are absolute, as in `tftp://host//directory/` (RFC 3617). Some TFTP servers require
    /// absolute names.
    fn is_absolute(&self) -> bool {
        self.top.scheme() == "tftp" && self.top.path().starts_with("//")
    }

    /// The URL of a path below the server's top directory; see [`RemoteTree::address`].
    pub fn address_from_top(&self, path: &str) -> String {
        let mut top = self.top.clone();
        let slash = if self.is_absolute() { "//" } else { "/" };
        top.set_path(&format!("{slash}{}", utf8_percent_encode(path, ENCODED_IN_PATH)));
        top.into()
    }

    /// The URL of a file below the directory, for requests. The URL contains the user name and the password:
    /// do not display it.
    pub fn address(&self, path: &str) -> String {
        format!("{}{}", self.top, utf8_percent_encode(path, ENCODED_IN_PATH))
    }

    /// Everything below the directory, if the server provides a listing.
    ///
    /// # Errors
    /// See [`Net::list`].
    pub fn list(&self) -> Result<Option<Vec<Entry>>, Error> {
        self.net.list(&self.top)
    }

    /// Reads a file below the directory.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, Error> {
        if let Some(response) = self.responses.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return response.clone();
        }
        let response = self.net.get(&self.address(path), limit);
        let mut responses = self.responses.lock().unwrap_or_else(PoisonError::into_inner);
        responses.insert(path.to_owned(), response.clone());
        response
    }

    /// Whether any server has responded so far.
    pub fn has_responded(&self) -> bool {
        self.net.has_responded()
    }

    /// Reads the file at any URL, without storing it.
    pub fn download(&self, url: &str, limit: u64) -> Download {
        self.net.download(url, limit)
    }

    /// Changes the `User-Agent` of later HTTP requests.
    ///
    /// # Errors
    /// The text is not valid as a header value.
    pub fn set_user_agent(&self, user_agent: &str) -> Result<(), Error> {
        self.net.set_user_agent(user_agent)
    }

    /// The file names on the index page of the directory; empty if the server provides no such page.
    pub fn names_on_index_page(&self, limit: u64) -> Vec<String> {
        let is_http = matches!(self.top.scheme(), "http" | "https");
        let page = if is_http { self.net.get(self.top.as_str(), limit) } else { Err(Error::Missing) };
        page.map(|page| linked_names(&String::from_utf8_lossy(&page))).unwrap_or_default()
    }
}

/// The names in the links of an index page, which most web servers create for a directory.
fn linked_names(page: &str) -> Vec<String> {
    let mut names = Vec::new();
    // Converting only ASCII letters keeps all positions in the page.
    let lower = page.to_ascii_lowercase();
    for (at, _) in lower.match_indices("href=") {
        let rest = &page[at + "href=".len()..];
        let (target, _) = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => rest[1..].split_once(quote).unwrap_or((&rest[1..], "")),
            _ => rest.split_once(|c: char| c.is_whitespace() || c == '>').unwrap_or((rest, "")),
        };
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let name =
            percent_decode_str(file_name(path.trim_start_matches("./"))).decode_utf8_lossy().into_owned();
        if !name.is_empty() {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_directory_or_a_file_in_it() {
        for (url, displayed, file) in [
            ("http://h", "http://h", None),
            ("http://me:pw@H:8080/a%20b/c", "http://h:8080/a b/c", None),
            ("tftp://h/0021f2000001.cfg", "tftp://h", Some("0021f2000001.cfg")),
            ("ftp://h/x/y z.boot", "ftp://h/x", Some("y z.boot")),
            ("tftp://h//srv/tftp", "tftp://h//srv/tftp", None),
            ("tftp://h//a.cfg", "tftp://h", Some("a.cfg")),
        ] {
            let (tree, name) = RemoteTree::open(url, ClientOptions::default()).unwrap();
            assert_eq!((tree.display_url().as_str(), name.as_deref()), (displayed, file), "{url}");
        }
        assert!(RemoteTree::open("http://h/?mac=1", ClientOptions::default()).is_err());
        let (tree, _) = RemoteTree::open("http://me:p%40@h/a b", ClientOptions::default()).unwrap();
        assert_eq!(tree.address("c d/ä#?%.cfg"), "http://me:p%40@h/a%20b/c%20d/%C3%A4%23%3F%25.cfg");
    }

    #[test]
    fn absolute_names_of_tftp_keep_their_slash() {
        let (tree, _) = RemoteTree::open("tftp://h//srv/tftp/", ClientOptions::default()).unwrap();
        assert_eq!(tree.address("a.cfg"), "tftp://h//srv/tftp/a.cfg");
        assert_eq!(tree.address_from_top("srv/tftp/a.cfg"), "tftp://h//srv/tftp/a.cfg");
        let (tree, _) = RemoteTree::open("tftp://h/srv/", ClientOptions::default()).unwrap();
        assert_eq!(tree.address_from_top("srv/a.cfg"), "tftp://h/srv/a.cfg");
        let (tree, _) = RemoteTree::open("tftp://h//", ClientOptions::default()).unwrap();
        assert_eq!(
            (tree.address("a.cfg"), tree.display_server()),
            ("tftp://h//a.cfg".into(), "tftp://h/".into())
        );
    }

    #[test]
    fn names_on_index_pages_are_read() {
        let page = "<a href=\"../\">Up</a> <a href=\"0021f2000001.boot\">x</a> <A HREF='./a%20b.cfg?x=1'>y</A> \
                    <a href=/prov/0021f2000002.cfg>z</a>";
        assert_eq!(linked_names(page), ["0021f2000001.boot", "a b.cfg", "0021f2000002.cfg"]);
    }
}
