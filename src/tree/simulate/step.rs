//! A request from the phone, and its result.

use crate::text::location::Location;
use crate::text::path::file_name;
use crate::tree::load::NotFollowed;

/// The reason for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The phone requests the file by name.
    Own,
    /// A file includes the requested file. The values are the including file and the line number, counted
    /// from 1.
    Include(Location, usize),
    /// A setting names the file. The values are the file and line number (from 1) of the setting, and its
    /// parameter.
    Setting(Location, usize, String),
}

/// A redirect that the server sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// Status code, for example 301.
    pub status: u16,
    /// The new URL without user name and password.
    pub url: String,
}

/// A fault in a received file that prevents the phone from using the entire file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// Index of the step.
    pub step: usize,
    /// The line number, counted from 1; `None` for the entire file.
    pub line: Option<usize>,
    /// The `lint` rule that reports the fault; `None` for faults that only `fetch` reports.
    pub rule: Option<&'static str>,
    /// The fault, worded to follow the file name and a colon.
    pub message: String,
}

/// A request with its result.
#[derive(Clone, Debug)]
pub struct Step {
    /// The requested location or, for an include that is not followed, its target as written.
    pub location: Location,
    /// The reason for the request.
    pub cause: Cause,
    /// The redirects that led to the response, in order.
    pub redirects: Vec<Redirect>,
    /// The result.
    pub response: Response,
}

/// The result of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// The content of the file.
    Received(Vec<u8>),
    /// The file does not exist.
    Missing,
    /// Any other error, with its message.
    Failed(String),
    /// The file exists, but is larger than the limit.
    TooLarge(u64),
    /// The phone does not request the file; contains the reason.
    NotRequested(&'static str),
}

/// The reason why an include is not followed.
pub(super) fn reason(why: &NotFollowed) -> &'static str {
    match why {
        NotFollowed::Malformed => "the include is malformed, and phones ignore it",
        NotFollowed::Guarded => GUARDED,
        NotFollowed::Macro(_) => "Flyingvoice phones do not support Yealink's macros",
        NotFollowed::NotCfg => "phones include only .cfg files",
        NotFollowed::Outside => "the path is outside the server's top directory",
        NotFollowed::Unusable(why) => why,
        _ => "phones do not follow it",
    }
}

const GUARDED: &str = "the include has a guard for Yealink models";

impl Step {
    /// Whether the phone is missing a file after this step. Files that the phone requests by name may be missing,
    /// because there are alternatives.
    pub fn is_problem(&self) -> bool {
        match &self.response {
            Response::Received(_) => false,
            Response::NotRequested(why) => *why != GUARDED,
            Response::Missing => self.cause != Cause::Own,
            Response::Failed(_) => true,
            // Firmware and pictures may be larger than the limit, but they exist.
            Response::TooLarge(_) => !matches!(self.cause, Cause::Setting(..)),
        }
    }

    /// The name of the file without directories.
    pub fn file_name(&self) -> &str {
        let (Location::Tree(path) | Location::Url(path)) = &self.location;
        file_name(path)
    }
}
