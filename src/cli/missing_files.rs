//! What commands that show phones say on stderr of the files that a phone does not get.

use std::cell::RefCell;

use fvprov::project::{Found, Opened};
use fvprov::text::redact::Mask;
use fvprov::text::source::FileId;
use fvprov::tree::assumptions::MissingInclude;
use fvprov::tree::load::{self, NotFollowed};
use fvprov::tree::resolve::{self, Phone};
use fvprov::tree::walk::MAX_READS;
use rustc_hash::FxHashSet;

use super::{Failure, Global};

/// The phones of a tree, with notes on the files that they do not get.
pub struct Phones<'a> {
    global: &'a Global,
    opened: &'a Opened,
    /// The notes that were given. Several phones read the same files, and one phone may read a file twice.
    noted: RefCell<FxHashSet<String>>,
}

impl<'a> Phones<'a> {
    /// The phones of a tree.
    pub fn new(global: &'a Global, opened: &'a Opened) -> Self {
        Self { global, opened, noted: RefCell::default() }
    }

    /// The phone of a MAC (`any` for one without files of its own), which must be one.
    pub fn find(&self, mac: &str) -> Result<Phone<'a>, Failure> {
        let Found { phone, without_files } = self.opened.phone(mac)?;
        if let Some(mac) = without_files {
            let near = near_mac(self.opened.near(without_files));
            let note = format!("{mac} has no files of its own: this is what any other phone gets{near}");
            self.global.note(&note);
        }
        self.warn_of_gaps(&phone)?;
        Ok(phone)
    }

    /// Says what the phone does not get; where a file could not be read here, nobody knows what it gets.
    pub fn warn_of_gaps(&self, phone: &Phone<'_>) -> Result<(), Failure> {
        for note in self.missing(phone).into_iter().chain(self.passed_over(phone)) {
            if self.noted.borrow_mut().insert(note.clone()) {
                self.global.note(&note);
            }
        }
        match phone.chain.failed.first() {
            Some(file) => Err(Failure::Unable(format!(
                "`{}` cannot be read ({}): what the phone gets from it is not known",
                self.opened.base.show(self.opened.workspace.path(*file)),
                reason(&self.opened.workspace.document(*file).state)
            ))),
            None => Ok(()),
        }
    }

    /// What the phone asks for and does not get: first files, then URLs.
    fn missing(&self, phone: &Phone<'_>) -> Vec<String> {
        let missing = resolve::missing(phone);
        let (urls, files): (Vec<_>, Vec<_>) = missing.iter().partition(|target| target.contains("://"));
        let mut mask = Mask::new(&self.opened.schema);
        let then = match self.opened.workspace.assume.missing_include {
            MissingInclude::Continue => "the phone goes on without it",
            MissingInclude::Stop => "the phone reads nothing after it",
        };
        let files = files.into_iter().map(|file| format!("`{file}` is not there: {then}"));
        let urls = urls.into_iter().map(|url| {
            let url = mask.prose(url, &[]);
            format!("`{url}` was not read: it is shown as missing (--online fetches http and https)")
        });
        files.chain(urls).collect()
    }

    /// The includes that lead nowhere although nothing is missing.
    fn passed_over(&self, phone: &Phone<'_>) -> Vec<String> {
        let chain = &phone.chain;
        let cycles = chain.cycles.iter().map(|&(file, include)| {
            let place = self.place(file, include);
            format!("{place} includes a file that is being read: it was passed over")
        });
        let unusable = chain.reads.iter().flat_map(|read| {
            let includes = self.opened.workspace.document(read.file).includes.iter().enumerate();
            let unusable = includes.filter(|(_, include)| include.to.as_ref().is_err_and(is_unusable));
            unusable.map(|(at, _)| {
                format!("{}: it was not followed: see `fvprov lint`", self.place(read.file, at as u32))
            })
        });
        let endless = chain.endless.iter().map(|&(file, include)| {
            let place = self.place(file, include);
            format!("{place}: it was not followed: see `fvprov lint` (before it {MAX_READS} files were read)")
        });
        cycles.chain(unusable).chain(endless).collect()
    }

    /// `path:line` of an include.
    fn place(&self, file: FileId, include: u32) -> String {
        let line = self.opened.workspace.document(file).includes[include as usize].line + 1;
        format!("{}:{line}", self.opened.base.show(self.opened.workspace.path(file)))
    }
}

/// Whether a phone does not even ask for what an include names. What it asks for and does not get stands
/// among the missing ones.
fn is_unusable(why: &NotFollowed) -> bool {
    match why {
        NotFollowed::Malformed
        | NotFollowed::Guarded
        | NotFollowed::Ignored
        | NotFollowed::NotCfg
        | NotFollowed::Unusable(_) => true,
        NotFollowed::Macro(_)
        | NotFollowed::Outside
        | NotFollowed::Missing(_)
        | NotFollowed::OtherCase { .. }
        | NotFollowed::NotFetched => false,
    }
}

/// Why a file was not read.
pub fn reason(state: &load::State) -> String {
    match state {
        load::State::Failed(why) => why.clone(),
        load::State::TooLarge(limit) => format!("it is larger than {limit} bytes, see `[limits] file-bytes`"),
        load::State::Read | load::State::Listed => "it was not read".into(),
    }
}

/// The MAC that was most likely meant, as the end of a sentence.
pub fn near_mac(near: Option<String>) -> String {
    near.map_or(String::new(), |near| format!("; did you mean {near}?"))
}
