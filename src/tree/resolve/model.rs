//! The model of a phone.

use std::collections::BTreeMap;

use crate::text::mac::Mac;
use crate::text::syntax::{LineKind, Tree};
use crate::tree::load::{Root, Workspace};

/// Declared models (`[models]`, the inventory) by MAC or glob.
pub type Models = BTreeMap<String, String>;

/// The model of a phone: from a `# fvprov: model=…` comment in its own boot file, or else the declared one.
pub fn model(workspace: &Workspace, root: &Root, mac: Mac, declared: &Models) -> Option<String> {
    let own = root.phones.get(&mac).and_then(|own| own.boot);
    let commented =
        own.and_then(|boot| commented_model(workspace.text(boot), &workspace.document(boot).tree));
    if commented.is_some() || declared.is_empty() {
        return commented;
    }
    declared_model(declared, &mac.to_string()).map(str::to_owned)
}

/// The declared model of a MAC. Entries with the MAC itself precede globs; globs are tried in
/// alphabetical order.
pub fn declared_model<'m>(declared: &'m Models, mac: &str) -> Option<&'m str> {
    let exact = declared.get(mac);
    let mut globs = declared.iter();
    let model =
        exact.or_else(|| globs.find(|(glob, _)| fast_glob::glob_match(glob, mac)).map(|(_, model)| model));
    model.map(String::as_str)
}

/// The model that a comment of a boot file declares.
pub fn commented_model(text: &[u8], tree: &Tree) -> Option<String> {
    let comments = tree.lines.iter().filter(|line| line.kind == LineKind::Comment);
    comments.map(|line| String::from_utf8_lossy(line.content(text).slice(text))).find_map(|comment| {
        let model = comment
            .trim_start_matches(['#', ' ', '\t'])
            .strip_prefix("fvprov:")?
            .trim()
            .strip_prefix("model=")?;
        model.split_whitespace().next().map(str::to_owned)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_found_by_mac_before_globs() {
        let declared =
            [("0021f2*", "fip10"), ("0021f2000001", "fip14g")].map(|(mac, model)| (mac.into(), model.into()));
        let declared = Models::from(declared);
        assert_eq!(declared_model(&declared, "0021f2000001"), Some("fip14g"));
        assert_eq!(declared_model(&declared, "0021f2000002"), Some("fip10"));
        assert_eq!(declared_model(&declared, "789912000001"), None);
    }
}
