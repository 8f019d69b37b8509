//! A request of the phone, and what came of it.

use crate::text::location::Location;
use crate::text::path::file_name;
use crate::tree::load::NotFollowed;

/// Why the phone asks for a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Of its own accord.
    Own,
    /// A file includes it, in this line.
    Include(Location, usize),
    /// A setting names it: the file, the line, and the parameter.
    Setting(Location, usize, String),
}

/// One question, and what the answer was.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is asked for; an include that leads nowhere as it is written.
    pub location: Location,
    /// Why.
    pub cause: Cause,
    /// What came.
    pub answer: Answer,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The file.
    Got(Vec<u8>),
    /// There is none.
    Missing,
    /// Something else, in words.
    Failed(String),
    /// The file is larger than the limit: it is there.
    TooLarge(u64),
    /// The phone does not ask, for a reason in words.
    NotAsked(&'static str),
}

/// Why an include is not followed, in words.
pub(super) fn reason(why: &NotFollowed) -> &'static str {
    match why {
        NotFollowed::Malformed => "this is no include that a phone follows",
        NotFollowed::Guarded => GUARDED,
        NotFollowed::Macro(_) => "a phone does not fill in Yealink's macros",
        NotFollowed::NotCfg => "a phone includes files that end in .cfg",
        NotFollowed::Outside => "it leads out of the server",
        NotFollowed::Unusable(why) => why,
        _ => "it is not followed",
    }
}

const GUARDED: &str = "it is for Yealink's models";

impl Step {
    /// Whether the phone lacks something after this step; what it asks for of its own accord may be missing, as
    /// there are other names.
    pub fn is_trouble(&self) -> bool {
        match &self.answer {
            Answer::Got(_) => false,
            Answer::NotAsked(why) => *why != GUARDED,
            Answer::Missing => self.cause != Cause::Own,
            Answer::Failed(_) => true,
            // Firmware and pictures are larger than what is read here, and there.
            Answer::TooLarge(_) => !matches!(self.cause, Cause::Setting(..)),
        }
    }

    /// The name of the file alone.
    pub fn file_name(&self) -> &str {
        let (Location::Tree(path) | Location::Url(path)) = &self.location;
        file_name(path)
    }
}
