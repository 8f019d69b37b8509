//! Whether phones have an enabled account, and whether the tree sets up accounts at all.

use std::sync::OnceLock;

use crate::lint::view::{Common, MemberCx};
use crate::text::source::FileId;
use crate::text::syntax::LineKind;

/// Content of a cfg file, other than the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CfgContent {
    /// No bytes, or only empty lines and the header.
    Nothing,
    /// Comments.
    Comments,
    /// Settings, all with empty values.
    EmptyValues,
    /// Settings with values, includes, or malformed lines.
    Something,
}

/// Determines the content of a cfg file.
pub fn cfg_content(common: &Common<'_>, file: FileId) -> CfgContent {
    let Some(lines) = common.line_kinds(file) else { return CfgContent::Something };
    let mut content = CfgContent::Nothing;
    for line in lines {
        content = match line {
            LineKind::Comment if content == CfgContent::Nothing => CfgContent::Comments,
            LineKind::Empty | LineKind::Header | LineKind::Comment => content,
            LineKind::Setting { value, .. } if value.is_empty() => CfgContent::EmptyValues,
            LineKind::Include { .. } | LineKind::Setting { .. } | LineKind::Unknown => {
                return CfgContent::Something;
            }
        };
    }
    content
}

/// Whether at least one account on the phone is enabled.
pub fn has_account(phone: &MemberCx<'_>) -> bool {
    // The rule invalid-value reports values other than 0 and 1.
    phone.accounts("account.X.enable").any(|(_, _, value)| value != "0")
}

/// Counts of the phones in a root that have files of their own.
#[derive(Clone, Copy, Debug, Default)]
pub struct RootAccounts {
    /// Number of phones.
    pub phones: usize,
    /// Number of phones with an enabled account.
    pub with_account: usize,
    /// Number of phones that have no enabled account but whose own cfg sets a value.
    pub without_account: usize,
}

impl RootAccounts {
    /// Whether the tree configures phones but no accounts: at least one phone's own cfg sets a value, and no
    /// phone has an enabled account.
    pub fn provides_no_accounts(&self) -> bool {
        self.with_account == 0 && self.without_account > 0
    }

    /// Whether most phones have an enabled account.
    pub fn usually_has_account(&self) -> bool {
        2 * self.with_account > self.phones
    }
}

struct Roots(OnceLock<Vec<RootAccounts>>);

/// Counts the phones with and without accounts in the root at an index.
pub fn root_accounts(common: &Common<'_>, root: usize) -> RootAccounts {
    let roots = common.memo.get(|| Roots(OnceLock::new())).0.get_or_init(|| {
        let mut roots = vec![RootAccounts::default(); common.roots().len()];
        for phone in MemberCx::all(*common).filter(|phone| !phone.is_any()) {
            let Some(root) = roots.get_mut(phone.root_index()) else { continue };
            root.phones += 1;
            if has_account(&phone) {
                root.with_account += 1;
            } else if phone.own().cfg.is_some_and(|cfg: FileId| sets_value(common, cfg)) {
                root.without_account += 1;
            }
        }
        roots
    });
    roots.get(root).copied().unwrap_or_default()
}

/// Whether a cfg file contains a setting with a value.
fn sets_value(common: &Common<'_>, file: FileId) -> bool {
    common.file_settings(file).any(|(at, _)| !common.value(at).is_empty())
}
