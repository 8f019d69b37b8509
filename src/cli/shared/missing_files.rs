//! Notes on stderr about files that a phone does not receive.

use std::cell::RefCell;

use fvprov::project::{FoundPhone, Opened, PhoneSelection};
use fvprov::text::nearest::did_you_mean;
use fvprov::text::path::is_url;
use fvprov::text::plural::plural;
use fvprov::text::source::FileId;
use fvprov::tree::assumptions::MissingInclude;
use fvprov::tree::load::{self, NotFollowed};
use fvprov::tree::resolve::{self, Phone};
use fvprov::tree::walk::MAX_READS;
use rustc_hash::FxHashSet;

use super::failure::Failure;
use super::global::Global;
use super::out;

/// Finds phones in a tree. Prints notes about files that the phones do not receive.
pub struct PhoneFinder<'a> {
    global: &'a Global,
    opened: &'a Opened,
    /// Notes that have been printed. Several phones may read the same file, and a phone may read a file
    /// twice.
    noted: RefCell<FxHashSet<String>>,
}

impl<'a> PhoneFinder<'a> {
    pub fn new(global: &'a Global, opened: &'a Opened) -> Self {
        Self { global, opened, noted: RefCell::default() }
    }

    /// Finds the selected phones.
    pub fn find(&self, selection: &PhoneSelection) -> Result<Vec<Phone<'a>>, Failure> {
        self.opened.check_not_empty()?;
        let selected = self.opened.select(selection, false)?;
        let found = selected.iter().filter_map(|phone| self.opened.selected_phone(phone));
        found.map(|found| self.note(found)).collect()
    }

    fn note(&self, found: FoundPhone<'a>) -> Result<Phone<'a>, Failure> {
        let FoundPhone { phone, without_files } = found;
        if let Some(mac) = without_files {
            let near = did_you_mean(self.opened.nearest_mac(without_files).as_slice());
            let note = format!("{mac} has no files of its own, so it gets only the common files{near}");
            self.global.note(&note);
        }
        self.note_missing_files(&phone)?;
        Ok(phone)
    }

    /// Prints notes about files that the phone does not receive. Fails if a file cannot be read.
    pub fn note_missing_files(&self, phone: &Phone<'_>) -> Result<(), Failure> {
        let notes =
            self.missing(phone).into_iter().chain(self.opaque(phone)).chain(self.ignored_includes(phone));
        for note in notes {
            if self.noted.borrow_mut().insert(note.clone()) {
                self.global.note(&note);
            }
        }
        match phone.chain.failed.first() {
            Some(file) => Err(Failure::Unable(format!(
                "`{}` cannot be read ({}), so its effect on the phone is unknown",
                self.opened.base.display_path(self.opened.workspace.path(*file)),
                reason(&self.opened.workspace.document(*file).state)
            ))),
            None => Ok(()),
        }
    }

    /// Targets that the phone requests but does not receive: first files, then URLs.
    fn missing(&self, phone: &Phone<'_>) -> Vec<String> {
        let missing = resolve::missing(phone);
        let (urls, files): (Vec<_>, Vec<_>) = missing.iter().partition(|target| is_url(target));
        let mut mask = out::mask(&self.opened.schema);
        let then = match self.opened.workspace.assume.missing_include {
            MissingInclude::Continue => "the phone may continue without it",
            MissingInclude::Stop => "the phone may read no files after it",
        };
        let files = files.into_iter().map(|file| format!("`{file}` is missing: {then}"));
        let urls = urls.into_iter().map(|url| {
            let url = mask.prose(url, &[]);
            format!("`{url}` was not fetched and counts as missing (--online fetches http and https)")
        });
        files.chain(urls).collect()
    }

    /// Files whose settings cannot be read, completely or in part.
    fn opaque(&self, phone: &Phone<'_>) -> Vec<String> {
        let opaque = phone.chain.reads.iter().filter_map(|read| {
            let workspace = &self.opened.workspace;
            let opaque = workspace.document(read.file).opaque?;
            let path = self.opened.base.display_path(workspace.path(read.file));
            let effect = match opaque.hides_everything() {
                true => "it was skipped, so the configuration is incomplete",
                false => "only its readable lines were used",
            };
            Some(format!("`{path}` {}: {effect}", opaque.description()))
        });
        opaque.collect()
    }

    /// Includes that are not followed although their target exists.
    fn ignored_includes(&self, phone: &Phone<'_>) -> Vec<String> {
        let chain = &phone.chain;
        let cycles = chain.cycles.iter().map(|&(file, include)| {
            let place = self.include_location(file, include);
            format!("{place} includes a file that is already being read: this include was ignored")
        });
        let unusable = chain.reads.iter().flat_map(|read| {
            let includes = self.opened.workspace.document(read.file).includes.iter().enumerate();
            let unusable = includes.filter(|(_, include)| include.to.as_ref().is_err_and(is_unusable));
            unusable.map(|(at, _)| {
                format!(
                    "{}: include not followed (see `fvprov lint`)",
                    self.include_location(read.file, at as u32)
                )
            })
        });
        let endless = chain.endless.iter().map(|&(file, include)| {
            let place = self.include_location(file, include);
            format!("{place}: include not followed, because the limit of {MAX_READS} files was reached: see `fvprov lint`")
        });
        cycles.chain(unusable).chain(endless).collect()
    }

    /// `path:line` of an include.
    fn include_location(&self, file: FileId, include: u32) -> String {
        let line = self.opened.workspace.document(file).includes[include as usize].line + 1;
        format!("{}:{line}", self.opened.base.display_path(self.opened.workspace.path(file)))
    }
}

impl Global {
    /// Notes how many files a sparse checkout omits, once for each tree.
    pub fn note_sparse_checkouts(&self, sides: [Option<&Opened>; 2]) {
        let notes = sides.into_iter().flatten().filter_map(|opened| {
            let count = Some(opened.left_out_of_checkout()).filter(|count| *count > 0)?;
            let (tree, files) = (opened.base.display_path(""), plural(count, "file"));
            Some(format!("`{tree}` is a sparse checkout, so fvprov reads {files} from the git index instead"))
        });
        let mut notes: Vec<String> = notes.collect();
        notes.dedup();
        for note in notes {
            self.note(&note);
        }
    }
}

/// A message that lists the files whose settings could not be read, which is why the phone's values are
/// unknown.
pub fn unread_files(opened: &Opened, phone: &Phone<'_>) -> Option<String> {
    let workspace = &opened.workspace;
    let mut unread: Vec<String> = phone
        .chain
        .unread(workspace)
        .map(|file| {
            let why = match workspace.document(file).opaque {
                Some(opaque) => opaque.description(),
                None => format!("cannot be read ({})", reason(&workspace.document(file).state)),
            };
            format!("`{}` {why}", opened.base.display_path(workspace.path(file)))
        })
        .collect();
    unread.dedup();
    (!unread.is_empty()).then(|| unread.join(", "))
}

/// Whether a phone does not request the target of an include. Targets that the phone requests but does not
/// receive are missing files.
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

/// The reason why a file was not read.
pub fn reason(state: &load::State) -> String {
    match state {
        load::State::Failed(why) => why.clone(),
        load::State::TooLarge(limit) => format!("it is larger than {limit} bytes; see `[limits] file-bytes`"),
        load::State::Read | load::State::Listed => "it was not read".into(),
    }
}
