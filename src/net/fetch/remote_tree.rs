//! A tree at a URL. Each file is requested only once.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use percent_encoding::utf8_percent_encode;
use reqwest::Url;

use super::common::{ClientOptions, parse};
use super::net::Net;
use crate::net::{Error, UrlFault};
use crate::text::address::ENCODED_IN_PATH;
use crate::text::listing::Entry;
use crate::text::path::{file_name, parent};

/// A directory on a server.
#[derive(Debug)]
pub struct RemoteTree {
    net: Net,
    /// The URL of the directory, with a slash at the end.
    top: Url,
    responses: Mutex<BTreeMap<String, Result<Vec<u8>, Error>>>,
}

impl RemoteTree {
    /// The directory of a URL, and the name of the file in it if the URL names one: a provisioning URL
    /// that ends in neither `.boot` nor `.cfg` is a directory. Sends no request.
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
        let name =
            is_file.then(|| percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned());
        let directory = if is_file { parent(&path) } else { path.trim_end_matches('/') };
        top.set_path(&format!("{directory}/"));
        let net = Net::new(ClientOptions { named: Some(top.clone()), ..manner })?;
        Ok((Self { net, top, responses: Mutex::default() }, name))
    }

    /// The URL of the directory without user and password, and without the slash at the end.
    pub fn display_url(&self) -> String {
        display(&self.top)
    }

    /// The URL of the server's top directory, in the same form.
    pub fn display_server(&self) -> String {
        let mut top = self.top.clone();
        top.set_path("/");
        display(&top)
    }

    /// The URL of a path below the top of the server; see [`RemoteTree::address`].
    pub fn address_from_top(&self, path: &str) -> String {
        let mut top = self.top.clone();
        top.set_path(&utf8_percent_encode(path, ENCODED_IN_PATH).to_string());
        top.into()
    }

    /// The URL of a file below the directory, for requests. It contains user and password: do not display it.
    pub fn address(&self, path: &str) -> String {
        format!("{}{}", self.top, utf8_percent_encode(path, ENCODED_IN_PATH))
    }

    /// Everything below the directory, if the server provides a listing.
    pub fn list(&self) -> Option<Vec<Entry>> {
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

    /// Reads the file at any URL.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn get(&self, url: &str, limit: u64) -> Result<Vec<u8>, Error> {
        self.net.get(url, limit)
    }
}

fn display(url: &Url) -> String {
    let path = percent_encoding::percent_decode_str(url.path()).decode_utf8_lossy();
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    let text = format!("{}://{}{port}{path}", url.scheme(), url.host_str().unwrap_or_default());
    text.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_directory_or_a_file_in_it() {
        let open = |url: &str| {
            let (tree, name) = RemoteTree::open(url, ClientOptions::default()).unwrap();
            (tree.display_url(), name)
        };
        let name = |name: &str| Some(name.to_owned());
        assert_eq!(open("http://h"), ("http://h".into(), None));
        assert_eq!(open("http://me:pw@H:8080/a%20b/c"), ("http://h:8080/a b/c".into(), None));
        assert_eq!(open("tftp://h/0021f2000001.cfg"), ("tftp://h".into(), name("0021f2000001.cfg")));
        assert_eq!(open("ftp://h/x/y z.boot"), ("ftp://h/x".into(), name("y z.boot")));
        assert!(RemoteTree::open("http://h/?mac=1", ClientOptions::default()).is_err());
        let (tree, _) = RemoteTree::open("http://me:p%40@h/a b", ClientOptions::default()).unwrap();
        assert_eq!(tree.address("c d/ä#?%.cfg"), "http://me:p%40@h/a%20b/c%20d/%C3%A4%23%3F%25.cfg");
    }
}
