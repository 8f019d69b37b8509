//! A rule: a static record and a function.

use super::diagnostic::Diagnostic;
use super::level::{Level, RuleEvidence};
use super::sink::Sink;
use super::suppression::Suppression;
use crate::lint::view::{FileCx, MemberCx, NameCx, TreeCx, World};

/// The group of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Boot files and includes.
    BootFiles,
    /// Names of files, and the tree as a whole.
    Tree,
    /// The text of a line or a file.
    Text,
    /// Names of parameters, and which assignment decides.
    Parameters,
    /// Settings that must agree with each other.
    Agreement,
    /// Phones that conflict with each other, and phones that are missing or unexpected.
    Fleet,
    /// Files that settings name by their URLs, phonebooks above all.
    Resources,
    /// Passwords, certificates, and exposed files.
    Security,
    /// The policies in the settings file.
    Policy,
    /// Comments to fvprov itself, and its settings.
    Own,
}

impl Group {
    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::BootFiles => "Boot files",
            Self::Tree => "Names and tree",
            Self::Text => "Text",
            Self::Parameters => "Parameters",
            Self::Agreement => "Values that must agree",
            Self::Fleet => "Fleet",
            Self::Resources => "Resources",
            Self::Security => "Security",
            Self::Policy => "Policy",
            Self::Own => "fvprov's own comments and settings",
        }
    }
}

/// Who reports when several rules could.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precedence {
    /// The file cannot be checked: other findings in it are dropped.
    Alone,
    /// The line as a whole is faulty: only the finding with the smallest number remains, and findings about the name or
    /// the value are dropped.
    Line(u8),
    /// Speaks about the name or the value on a line.
    Setting,
    /// Is never dropped.
    Free,
}

/// How far a rule is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It stays.
    Stable,
    /// Still runs, but a later version removes it; contains the reason or the replacement.
    Deprecated(&'static str),
    /// It runs only where it is selected by its name, and it may change.
    Preview,
}

/// The view that a rule checks.
#[derive(Clone, Copy)]
pub enum Check {
    /// One file, whichever phones read it. Private data of a phone (names, numbers, passwords, comments) is in a type
    /// that records access: for phones that differ only in private data, rules without such an access run once.
    File(fn(&FileCx<'_>, &mut Sink<'_>)),
    /// At the assignments of one parameter in several files, as phones that share them see them.
    Name(fn(&NameCx<'_>, &mut Sink<'_>)),
    /// At one phone, in the same way.
    Phone(fn(&MemberCx<'_>, &mut Sink<'_>)),
    /// At the whole tree.
    Tree(fn(&TreeCx<'_>, &mut Sink<'_>)),
    /// At an suppression that nothing needs; nothing where another rule reports of it.
    Unused(fn(&World<'_>, Suppression<'_>) -> Option<Diagnostic>),
}

/// A rule.
pub struct Rule {
    /// Its name, kebab-case; read after "allow …"; never changes its meaning.
    pub name: &'static str,
    /// Its chapter.
    pub group: Group,
    /// The level, unless a finding sets another one.
    pub level: Level,
    /// The evidence.
    pub evidence: RuleEvidence,
    /// Who reports when several could.
    pub precedence: Precedence,
    /// Whether the finding must apply to every phone that reads the file.
    pub all_readers: bool,
    /// Whether it runs where no rule is selected: not where it is true, and too much for most trees.
    pub is_on: bool,
    /// How far it is settled.
    pub status: Status,
    /// The names that it had before. Settings, comments and baselines that use one still work.
    pub renamed_from: &'static [&'static str],
    /// Whether the rule reports that the name on a line may be wrong: fixes of other rules then do not remove that
    /// line.
    pub doubts_name: bool,
    /// The check.
    pub check: Check,
    /// The rule's page, in Markdown.
    pub page: &'static str,
}

impl Rule {
    /// A rule with the properties that most rules have.
    pub const fn new(
        name: &'static str,
        group: Group,
        level: Level,
        evidence: RuleEvidence,
        check: Check,
        page: &'static str,
    ) -> Self {
        let precedence = match check {
            Check::Tree(_) | Check::Unused(_) => Precedence::Free,
            Check::File(_) | Check::Name(_) | Check::Phone(_) => Precedence::Setting,
        };
        Self {
            name,
            group,
            level,
            evidence,
            precedence,
            all_readers: false,
            is_on: true,
            status: Status::Stable,
            renamed_from: &[],
            doubts_name: false,
            check,
            page,
        }
    }

    /// The rule of a name, which may be an old one, among rules that are sorted by name.
    pub fn find(rules: &[&'static Self], name: &str) -> Option<&'static Self> {
        let by_name = rules.binary_search_by_key(&name, |rule| rule.name).ok().map(|at| rules[at]);
        by_name.or_else(|| rules.iter().find(|rule| rule.renamed_from.contains(&name)).copied())
    }

    /// Whether this is its name, or was.
    pub fn has_name(&self, name: &str) -> bool {
        self.name == name || self.renamed_from.contains(&name)
    }

    /// Whether it runs where no rule is selected.
    pub fn is_default(&self) -> bool {
        self.is_on && self.status != Status::Preview
    }

    /// The name under which the rule was first released. Fingerprints contain it, so stored findings keep their
    /// identity if a rule is renamed.
    pub fn first_name(&self) -> &'static str {
        self.renamed_from.last().copied().unwrap_or(self.name)
    }

    /// The first sentence of the page.
    pub fn summary(&self) -> &'static str {
        self.page.split("\n\n").nth(1).unwrap_or_default().trim()
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Declares the rule of a file: its name, its level, what it rests on, and its check.
///
/// ```ignore
/// rule! { "missing-include", Error, Certain, File(check) }
/// rule! { "redundant-setting", Info, Likely, Name(check), all_readers: true }
/// rule! { "trailing-space", Warning, Certain, File(check), renamed_from: &["trailing-blank"] }
/// rule! { "short-password", Warning, Likely, File(check), status: Preview }
/// ```
///
/// The group is that of the folder, and the page is the `.md` file beside it that has the rule's name. The properties
/// of [`Rule`] that few rules have follow as `property: value`.
macro_rules! rule {
    ($name:literal, $level:ident, $evidence:ident, $kind:ident($check:ident) $(, $property:ident: $value:expr)* $(,)?) => {
        pub static RULE: $crate::lint::api::Rule = {
            #[allow(unused_imports)]
            use $crate::lint::api::Precedence::{Alone, Free, Line};
            #[allow(unused_imports)]
            use $crate::lint::api::Status::{Deprecated, Preview};
            use $crate::lint::api::{Check, RuleEvidence, Level, Rule};
            Rule {
                $($property: $value,)*
                ..Rule::new(
                    $name,
                    super::GROUP,
                    Level::$level,
                    RuleEvidence::$evidence,
                    Check::$kind($check),
                    include_str!(concat!($name, ".md")),
                )
            }
        };
    };
}
pub(crate) use rule;
