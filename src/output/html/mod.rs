//! Self-contained HTML pages: single files that request no other files and contact no servers. A page
//! contains its data as JSON, and a script that inserts all text as text nodes, so text from files never
//! becomes markup.

mod anonymous;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use minijinja::{AutoEscape, Environment, context};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::text::escape::harmless_json;
pub use anonymous::replace_macs;

/// The template for all pages.
const PAGE: &str = include_str!("page.html.j2");
/// The style sheet for all pages.
const STYLE: &str = concat!(include_str!("style.css"), include_str!("../views/graph/graph.css"));
/// Functions that the scripts of all pages use.
const COMMON: &str = include_str!("common.js");

/// A page. Its script builds the body from the data.
pub struct Page<'a> {
    /// The title.
    pub title: &'a str,
    /// The script, which is appended to the common functions.
    pub script: &'a str,
    /// The data, which the script reads as `data`.
    pub data: &'a Value,
    /// The additional style and frames of an application page; `None` for other pages.
    pub application: Option<&'a Application<'a>>,
}

/// A page that computes other pages with WebAssembly in a worker, and shows them in frames.
pub struct Application<'a> {
    /// The style sheet, in addition to the common one.
    pub style: &'a str,
    /// The scripts of the pages in the frames.
    pub frames: &'a [&'a str],
}

impl Page<'_> {
    /// Writes the page as one HTML document. Its content security policy allows only its own style and script.
    ///
    /// # Errors
    /// The template cannot be rendered, which is a bug in fvprov.
    pub fn render(&self) -> std::io::Result<String> {
        let script = format!("{COMMON}\n{}", self.script);
        let mut environment = Environment::empty();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.add_filter("safe", minijinja::filters::safe);
        let style = self.application.map_or("", |application| application.style);
        let rendered = environment.render_str(
            PAGE,
            context! {
                title => self.title, policy => self.policy(&script), style => STYLE, more_style => style, script,
                data => embedded(self.data),
            },
        );
        rendered.map_err(std::io::Error::other)
    }

    /// The content security policy. Frames and workers inherit the policy of an application.
    fn policy(&self, script: &str) -> String {
        let (mut styles, mut scripts) = (hash(STYLE), hash(script));
        let mut more = "";
        if let Some(Application { style, frames }) = self.application {
            styles += &format!(" {}", hash(style));
            for frame in *frames {
                scripts += &format!(" {}", hash(&format!("{COMMON}\n{frame}")));
            }
            scripts += " 'wasm-unsafe-eval'";
            more = "; worker-src blob:; frame-src blob:";
        }
        format!(
            "default-src 'none'; base-uri 'none'; form-action 'none'; style-src {styles}; script-src {scripts}{more}"
        )
    }
}

/// Converts ascending indices to ranges: start, length, start, length, …
pub fn ranges(indices: &[u32]) -> Vec<u32> {
    let mut ranges: Vec<u32> = Vec::new();
    for &index in indices {
        match ranges.as_mut_slice() {
            [.., start, length] if *start + *length == index => *length += 1,
            _ => ranges.extend([index, 1]),
        }
    }
    ranges
}

/// The source expression for an inline element (CSP Level 3, section 2.3.1).
fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// JSON without markup, so that it cannot close the element that contains it.
fn embedded(data: &Value) -> String {
    harmless_json(&data.to_string()).replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_become_ranges() {
        assert!(ranges(&[]).is_empty());
        assert_eq!(ranges(&[0, 1, 2, 5, 7, 8]), [0, 3, 5, 1, 7, 2]);
    }

    #[test]
    fn data_contains_no_markup() {
        let data = serde_json::json!({ "a": "</script><!--&amp;\u{2028}" });
        let text = embedded(&data);
        assert!(!text.contains(['<', '>', '&', '\u{2028}']));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), data);
    }
}
