//! What a rule is: a static record and a function. What a finding is: one rule at one place.

use super::contexts::{Common, FileCx, MemberCx, NameCx, TreeCx};
use super::excuses::Excuse;
use super::sink::Sink;
use crate::catalogue::Evidence;
use crate::text::mac::Mac;
use crate::text::source::Place;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Most likely not what was meant.
    Warning,
    /// A phone will not do what the file says.
    Error,
}

impl Level {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The level behind a word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Info, Self::Warning, Self::Error].into_iter().find(|level| level.word() == word)
    }
}

/// What a rule rests on. It caps the level: only what is certain may be an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// One of our assumptions, with a setting or a reason in the docs.
    Assumed,
    /// Documented for Yealink, whose names and files Flyingvoice shares.
    Compatible,
    /// One indirect source.
    Likely,
    /// The vendor's guide or files, or true of any server and any text.
    Certain,
}

impl Ground {
    /// The loudest level that it carries.
    pub fn cap(self) -> Level {
        if self == Self::Certain { Level::Error } else { Level::Warning }
    }

    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Assumed => "an assumption",
            Self::Compatible => "documented for Yealink, whose names and files Flyingvoice shares",
            Self::Likely => "likely: one indirect source",
            Self::Certain => "certain: the vendor's guide or files, or true of any server and any text",
        }
    }
}

/// The chapter of the rules that a rule stands in.
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
    /// Values that mean something only together, and what they lead to.
    Agreement,
    /// Phones that get in each other's way, and phones that are missing or not wanted.
    Fleet,
    /// Files that settings name by their URLs, phonebooks above all.
    Resources,
    /// Passwords, and who can read or reach what.
    Security,
    /// What the settings file demands.
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

/// Who speaks when several rules could.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Says that a file cannot be judged: nothing else is said inside it.
    Alone,
    /// Says what is wrong with a line as a whole: of these the smallest number speaks, and nothing is said
    /// about the line's name or value.
    Line(u8),
    /// Speaks about the name or the value on a line.
    Setting,
    /// Always heard.
    Free,
}

/// How a rule looks at the tree.
#[derive(Clone, Copy)]
pub enum Check {
    /// At one file, whoever reads it. Of what each phone has of its own (names, numbers, passwords, comments) it
    /// sees no more than the module `alike` says.
    File(fn(&FileCx<'_>, &mut Sink<'_>)),
    /// At the assignments of one parameter in several files, as phones that share them see them.
    Name(fn(&NameCx<'_>, &mut Sink<'_>)),
    /// At one phone, under the same condition.
    Phone(fn(&MemberCx<'_>, &mut Sink<'_>)),
    /// At the whole tree.
    Tree(fn(&TreeCx<'_>, &mut Sink<'_>)),
    /// At an excuse that nothing needs; nothing where another rule speaks of it.
    Unused(fn(&Common<'_>, Excuse<'_>) -> Option<Draft>),
}

/// A rule.
pub struct Rule {
    /// Its name, kebab-case; read after "allow …"; never changes its meaning.
    pub name: &'static str,
    /// Its chapter.
    pub group: Group,
    /// Its level, where a finding does not say another one.
    pub level: Level,
    /// What it rests on.
    pub ground: Ground,
    /// Who speaks when several could.
    pub standing: Standing,
    /// Whether it must hold on every phone that reads the place.
    pub needs_all: bool,
    /// The check.
    pub check: Check,
    /// Its page: summary, why, example, instead.
    pub page: &'static str,
}

impl Rule {
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

/// One change to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span is a point between bytes.
    pub at: Place,
    /// By what.
    pub text: String,
}

impl Edit {
    /// Other text in a place.
    pub fn replace(at: Place, text: impl Into<String>) -> Self {
        Self { at, text: text.into() }
    }

    /// Nothing in a place.
    pub fn remove(at: Place) -> Self {
        Self::replace(at, "")
    }
}

/// A change that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does: `remove the line`.
    pub title: String,
    /// Whether every phone gets the same before and after. A rule only claims it; it is believed when it is
    /// proved.
    pub safe: bool,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A change that is meant to leave every phone as it is.
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safe: true, edits }
    }

    /// A change of what phones get, or that rests on a guess.
    pub fn guess(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safe: false, edits }
    }
}

/// What a rule says about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Other places that matter, and why.
    pub related: Vec<(Place, String)>,
    /// The parameter it is about.
    pub parameter: Option<String>,
    /// The level, where it is not the rule's.
    pub level: Option<Level>,
    /// Who states the fact it rests on, where that is a fact of the catalogue: what is only inferred is not
    /// reported, what Yealink states is no error.
    pub evidence: Option<Evidence>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

impl Draft {
    /// A draft with a message.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            related: Vec::new(),
            parameter: None,
            level: None,
            evidence: None,
            fix: None,
        }
    }

    /// With what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place that matters.
    #[must_use]
    pub fn related(mut self, place: Place, why: impl Into<String>) -> Self {
        self.related.push((place, why.into()));
        self
    }

    /// About a parameter.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>) -> Self {
        self.parameter = Some(name.into());
        self
    }

    /// Resting on a fact of the catalogue.
    #[must_use]
    pub fn evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = Some(evidence);
        self
    }

    /// With a change that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// The loudest level that the evidence carries.
    pub fn cap(&self) -> Level {
        if self.evidence.is_none_or(|evidence| evidence == Evidence::Flyingvoice) {
            Level::Error
        } else {
            Level::Warning
        }
    }

    /// At a level other than the rule's.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }
}

/// The phones that a finding affects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Affected {
    /// How many.
    pub count: usize,
    /// Of how many in the roots concerned.
    pub total: usize,
    /// The smallest MACs among them, three at most.
    pub examples: Vec<Mac>,
    /// Whether "any other phone" is among them.
    pub any: bool,
    /// All of them, as indices into the fleet's members, ascending.
    pub members: Vec<u32>,
    /// The lines by which the one with the smallest MAC reads the file, outermost first; none where it asks for
    /// the file by itself.
    pub route: Vec<Place>,
}

/// One rule at one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// The level after evidence and settings had their say.
    pub level: Level,
    /// Where.
    pub at: Place,
    /// What it says.
    pub draft: Draft,
    /// Whom it affects; none for findings about the tree.
    pub phones: Option<Affected>,
}
