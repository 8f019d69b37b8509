//! The rule record: static metadata and a check function.

use super::diagnostic::Diagnostic;
use super::level::{Level, RuleEvidence};
use super::sink::Sink;
use super::suppression::Suppression;
use crate::lint::view::{FileCx, MemberCx, NameCx, TemplateCx, TreeCx, World};

/// Category of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Boot files and includes.
    BootFiles,
    /// File names, and the tree as a whole.
    Tree,
    /// Text of a line or a file.
    Text,
    /// Parameter names and overrides.
    Parameters,
    /// Values that depend on each other or on external resources.
    Agreement,
    /// Conflicts between phones, and missing or unlisted phones.
    Fleet,
    /// Files that settings refer to by URL, mainly phonebooks.
    Resources,
    /// Templates for boot and cfg files.
    Templates,
    /// Passwords and access.
    Security,
    /// Policies from the settings file.
    Policy,
    /// fvprov's own comments and settings.
    Own,
}

impl Group {
    /// Heading of the group in the rule list.
    pub fn title(self) -> &'static str {
        match self {
            Self::BootFiles => "Boot files",
            Self::Tree => "Names and tree",
            Self::Text => "Text",
            Self::Parameters => "Parameters",
            Self::Agreement => "Values that must agree",
            Self::Fleet => "Fleet",
            Self::Resources => "Resources",
            Self::Templates => "Templates",
            Self::Security => "Security",
            Self::Policy => "Policy",
            Self::Own => "fvprov's own comments and settings",
        }
    }
}

/// Determines which rule reports a finding when several rules match the same location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precedence {
    /// The file cannot be checked: no other rule reports anything in it.
    Alone,
    /// The entire line is wrong. Only the matching rule with the smallest number reports the line, and no
    /// rule reports its name or value.
    Line(u8),
    /// The name or the value on a line is wrong.
    Setting,
    /// Always reported.
    Free,
}

/// How a file rule's result depends on the lines in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineUse {
    /// The order of the lines can matter, and so can comments and empty lines.
    Ordered,
    /// Only the set of the remaining lines matters, provided that each line is well-formed and sets a
    /// different name.
    Unordered,
}

/// Stability of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Part of the stable set.
    Stable,
    /// The rule still runs, but a later version will remove it. Contains the reason or the replacement.
    Deprecated(&'static str),
    /// Runs only if selected by name, and may change.
    Preview,
}

/// Scope of a rule's check.
#[derive(Clone, Copy)]
pub enum Check {
    /// Checks one file, independently of its readers. Data that is private to a phone (names, numbers,
    /// passwords, comments) is wrapped in a type that records reads. Phones that differ only in private data
    /// are checked once by the rules that do not read this data.
    File(fn(&FileCx<'_>, &mut Sink<'_>)),
    /// Checks the assignments to one parameter in several files, in load order, for the phones that share
    /// these files.
    Name(fn(&NameCx<'_>, &mut Sink<'_>)),
    /// Checks one phone. Private data is wrapped as in [`Check::File`].
    Phone(fn(&MemberCx<'_>, &mut Sink<'_>)),
    /// Checks one template.
    Template(TemplateCheck),
    /// Checks the whole tree.
    Tree(fn(&TreeCx<'_>, &mut Sink<'_>)),
    /// Checks an unused suppression. Returns `None` if a different rule reports the suppression.
    Unused(fn(&World<'_>, Suppression<'_>) -> Option<Diagnostic>),
}

/// Checks the lines of all branches of a template.
pub type TemplateCheck = fn(&TemplateCx<'_>, &mut Sink<'_>);

/// A lint rule.
pub struct Rule {
    /// Name in kebab-case. Once released, a name never changes its meaning.
    pub name: &'static str,
    /// Group that contains the rule.
    pub group: Group,
    /// Default level, which a finding can override.
    pub level: Level,
    /// Kind of evidence for the rule.
    pub evidence: RuleEvidence,
    /// Determines which rule reports a finding when several rules match the same location.
    pub precedence: Precedence,
    /// Whether the problem must exist on every phone that reads the location.
    pub all_readers: bool,
    /// Whether the rule runs by default. `false` for rules that are correct but report too much in most
    /// trees.
    pub is_on: bool,
    /// Stability of the rule.
    pub status: Status,
    /// Former names. Settings, comments and baselines that use a former name still work.
    pub renamed_from: &'static [&'static str],
    /// Whether the rule reports that the name on a line may be wrong. In that case, fixes from other rules do not remove
    /// that line.
    pub doubts_name: bool,
    /// How the rule's result depends on the lines in a file. If their order does not matter, the rule checks
    /// fewer files.
    pub lines: LineUse,
    /// Function that runs the check.
    pub check: Check,
    /// Checks whole templates, if the rule applies to them. Rules about single lines do not need this
    /// function.
    pub template: Option<TemplateCheck>,
    /// Page of the rule, in Markdown.
    pub page: &'static str,
}

impl Rule {
    /// Creates a rule with the defaults that suit most rules.
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
            Check::File(_) | Check::Name(_) | Check::Phone(_) | Check::Template(_) => Precedence::Setting,
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
            lines: LineUse::Ordered,
            check,
            template: match check {
                Check::Template(check) => Some(check),
                _ => None,
            },
            page,
        }
    }

    /// Finds a rule by its current name or a former name. The list must be sorted by current name.
    pub fn find(rules: &[&'static Self], name: &str) -> Option<&'static Self> {
        let by_name = rules.binary_search_by_key(&name, |rule| rule.name).ok().map(|at| rules[at]);
        by_name.or_else(|| rules.iter().find(|rule| rule.renamed_from.contains(&name)).copied())
    }

    /// Whether a name is the rule's current name or one of its former names.
    pub fn has_name(&self, name: &str) -> bool {
        self.name == name || self.renamed_from.contains(&name)
    }

    /// Whether the rule runs when no rule is selected.
    pub fn is_default(&self) -> bool {
        self.is_on && self.status != Status::Preview
    }

    /// Name under which the rule was first released. Fingerprints contain this name, which preserves the
    /// identity of stored findings when a rule is renamed.
    pub fn first_name(&self) -> &'static str {
        self.renamed_from.last().copied().unwrap_or(self.name)
    }

    /// First sentence of the page.
    pub fn summary(&self) -> &'static str {
        self.page.split("\n\n").nth(1).unwrap_or_default().trim()
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Declares a module's rule: its name, level, evidence, and check.
///
/// ```ignore
/// rule! { "missing-include", Error, Certain, File(check) }
/// rule! { "redundant-setting", Info, Likely, Name(check), all_readers: true }
/// rule! { "trailing-space", Warning, Certain, File(check), renamed_from: &["trailing-blank"] }
/// rule! { "short-password", Warning, Likely, File(check), status: Preview }
/// ```
///
/// The folder determines the group. The page is the `.md` file with the rule's name in the same folder. Other
/// properties of [`Rule`] follow as `property: value`.
macro_rules! rule {
    ($name:literal, $level:ident, $evidence:ident, $kind:ident($check:ident) $(, $property:ident: $value:expr)* $(,)?) => {
        pub static RULE: $crate::lint::api::Rule = {
            #[allow(unused_imports)]
            use $crate::lint::api::LineUse::Unordered;
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
