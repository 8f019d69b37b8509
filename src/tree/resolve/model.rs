//! The model of a phone.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::catalogue::{Model, Schema};
use crate::text::mac::Mac;
use crate::text::source::{FileId, Span};
use crate::text::syntax::{LineKind, Tree};
use crate::tree::load::{Root, Workspace};

/// Declared models (`[models]`, the inventory) by MAC or glob.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "BTreeMap<String, String>")]
pub struct Models {
    by_mac: BTreeMap<String, String>,
    by_glob: BTreeMap<String, String>,
}

impl From<BTreeMap<String, String>> for Models {
    fn from(declared: BTreeMap<String, String>) -> Self {
        let (by_mac, by_glob) =
            declared.into_iter().partition(|(key, _)| key.bytes().all(|byte| byte.is_ascii_hexdigit()));
        Self { by_mac, by_glob }
    }
}

impl Models {
    /// Declares the model of a phone, unless the phone already has one.
    pub fn declare(&mut self, mac: Mac, model: String) {
        self.by_mac.entry(mac.to_string()).or_insert(model);
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.by_mac.is_empty() && self.by_glob.is_empty()
    }

    /// All declarations: MACs, then globs.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &String)> {
        self.by_mac.iter().chain(&self.by_glob)
    }

    /// The declared model of a MAC. Entries for the MAC itself take precedence over globs; globs are tried in
    /// alphabetical order.
    pub fn find(&self, mac: &str) -> Option<&str> {
        let mut globs = self.by_glob.iter();
        let model = self
            .by_mac
            .get(mac)
            .or_else(|| globs.find(|(glob, _)| fast_glob::glob_match(glob, mac)).map(|(_, model)| model));
        model.map(String::as_str)
    }
}

/// The model of a phone: from a `# fvprov: model=…` comment in the phone's own boot file, or else the
/// declared model. `None` if the catalogue does not contain the model.
pub fn model<'s>(
    workspace: &Workspace,
    root: &Root,
    mac: Mac,
    declared: &Models,
    schema: &'s Schema,
) -> Option<&'s Model> {
    let own = root.phones.get(&mac).and_then(|own| own.boot);
    let commented = own.and_then(|boot| model_comment(workspace, boot));
    let commented = commented.and_then(|(_, name)| schema.model(&name));
    commented.or_else(|| {
        let declared = (!declared.is_empty()).then(|| declared.find(&mac.to_string())).flatten();
        schema.model(declared?)
    })
}

/// The model named in a `# fvprov: model=…` comment in a boot file, and the span of the comment.
pub fn model_comment(workspace: &Workspace, boot: FileId) -> Option<(Span, String)> {
    parse_model_comment(workspace.text(boot), &workspace.document(boot).tree)
}

/// The model named in a comment in a boot file's text, and the span of the comment.
pub fn parse_model_comment(text: &[u8], tree: &Tree) -> Option<(Span, String)> {
    tree.lines().filter(|line| line.kind == LineKind::Comment).find_map(|line| {
        let span = line.content(text);
        let comment = String::from_utf8_lossy(span.slice(text));
        let words = comment.trim_start_matches(['#', ' ', '\t']).strip_prefix("fvprov:")?;
        let name = words.trim().strip_prefix("model=")?.split_whitespace().next()?;
        Some((span, name.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_found_by_mac_before_globs() {
        let declared =
            [("0021f2*", "fip10"), ("0021f2000001", "fip14g")].map(|(mac, model)| (mac.into(), model.into()));
        let declared = Models::from(BTreeMap::from(declared));
        assert_eq!(declared.find("0021f2000001"), Some("fip14g"));
        assert_eq!(declared.find("0021f2000002"), Some("fip10"));
        assert_eq!(declared.find("789912000001"), None);
    }
}
