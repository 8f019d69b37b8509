//! A phone's requests in order: each include is requested at the position of its line.

use super::step::{Cause, Redirect, Response, Step, reason};
use crate::text::address::Server;
use crate::text::location::{FetchError, Location};
use crate::text::mac::Mac;
use crate::text::path::join;
use crate::text::syntax::{self, IncludeForm, LineKind};
use crate::tree::assumptions::{Assume, IncludeInCfg};
use crate::tree::load::{NamesFile, NotFollowed, locate};
use crate::tree::names::{Kind, Requested};
use crate::tree::walk::{self, Endless, Files, IncludeTarget, walk, walk_from};

/// The phone and its server.
pub struct Setup<'a> {
    /// The MAC of the phone.
    pub mac: Mac,
    /// The server. Paths are relative to the top of the server.
    pub server: Server,
    /// The directory of the provisioning URL.
    pub directory: String,
    /// The file that the URL names, if any. In that case, the phone requests no other file by name.
    pub file: Option<String>,
    /// The assumptions to apply.
    pub assume: Assume,
    /// Parameters that name files that phones download.
    pub names_file: &'a NamesFile<'a>,
}

/// The result of a request to the server, with the redirects that led to it.
pub struct ServerResponse {
    /// The content, or the error.
    pub bytes: Result<Vec<u8>, FetchError>,
    /// The redirects, in order.
    pub redirects: Vec<Redirect>,
}

/// Requests a file from the server.
pub(super) type RequestFn<'a> = dyn FnMut(&Location) -> ServerResponse + 'a;

/// The requests that were sent, and the boot file.
pub(super) struct Requests<'a, 'b> {
    setup: &'a Setup<'a>,
    request: &'a mut RequestFn<'b>,
    /// The requests, in order.
    pub steps: Vec<Step>,
    /// The boot file that the phone found, as an index into the steps.
    pub boot: Option<usize>,
}

/// A received file with its includes.
pub(super) struct Received {
    location: Location,
    includes: Vec<Include>,
}

struct Include {
    /// The line number, counted from 1.
    line: usize,
    target: String,
    to: Result<Location, NotFollowed>,
}

impl<'a, 'b> Requests<'a, 'b> {
    /// Requests all files that the phone reads.
    pub fn run(setup: &'a Setup<'a>, request: &'a mut RequestFn<'b>) -> Self {
        let mut requests = Self { setup, request, steps: Vec::new(), boot: None };
        match &setup.file {
            None => walk(&mut requests),
            Some(file) => {
                let kind = Kind::split(file).map_or(Kind::Cfg, |(_, kind)| kind);
                if let walk::Lookup::Found(file) = requests.request_by_name(file, kind) {
                    walk_from(&mut requests, &file);
                }
            }
        }
        requests
    }

    /// Requests a file and records the response.
    pub fn request_file(&mut self, location: Location, cause: Cause) -> Response {
        let ServerResponse { bytes, redirects } = (self.request)(&location);
        let response = match bytes {
            Ok(text) => Response::Received(text),
            Err(FetchError::Missing) => Response::Missing,
            Err(FetchError::Failed(why)) => Response::Failed(why),
            Err(FetchError::TooLarge(limit)) => Response::TooLarge(limit),
            Err(FetchError::NotFetched) => Response::NotRequested("no transport for it"),
        };
        self.steps.push(Step { location, cause, redirects, response: response.clone() });
        response
    }

    /// Requests a file in the phone's directory.
    fn request_by_name(&mut self, name: &str, kind: Kind) -> walk::Lookup<Received> {
        let directory = &self.setup.directory;
        let path = join(directory, name);
        let received = self.receive(Location::Tree(path), Cause::Own, kind);
        if kind == Kind::Boot && matches!(received, walk::Lookup::Found(_)) {
            self.boot = Some(self.steps.len() - 1);
        }
        received
    }

    fn receive(&mut self, location: Location, cause: Cause, kind: Kind) -> walk::Lookup<Received> {
        match self.request_file(location.clone(), cause) {
            Response::Received(text) => {
                let includes = self.parse_includes(&location, &text, kind);
                walk::Lookup::Found(Received { location, includes })
            }
            Response::Missing => walk::Lookup::Missing,
            Response::Failed(_) | Response::TooLarge(_) | Response::NotRequested(_) => walk::Lookup::Unknown,
        }
    }

    fn parse_includes(&self, from: &Location, text: &[u8], kind: Kind) -> Vec<Include> {
        if kind == Kind::Cfg && self.setup.assume.include_in_cfg == IncludeInCfg::Ignore {
            return Vec::new();
        }
        let tree = syntax::parse(text);
        let includes = (1..).zip(tree.lines()).filter_map(|(line, content)| {
            let LineKind::Include { target, form, guarded } = content.kind else { return None };
            let target = String::from_utf8_lossy(target.slice(text)).into_owned();
            let to = match form {
                IncludeForm::Malformed => Err(NotFollowed::Malformed),
                IncludeForm::Proper if guarded => Err(NotFollowed::Guarded),
                IncludeForm::Proper => locate(&target, from, Some(&self.setup.server)),
            };
            Some(Include { line, target, to })
        });
        includes.collect()
    }

    /// Records an include that is not requested.
    fn skip_include(&mut self, from: &Received, include: usize, why: &'static str) {
        let Include { line, target, .. } = &from.includes[include];
        let cause = Cause::Include(from.location.clone(), *line);
        self.steps.push(Step {
            location: Location::from_path(target),
            cause,
            redirects: Vec::new(),
            response: Response::NotRequested(why),
        });
    }
}

impl Files for Requests<'_, '_> {
    type Id = Location;
    type File = Received;

    fn assume(&self) -> Assume {
        self.setup.assume
    }

    fn request(&mut self, file: Requested) -> walk::Lookup<Received> {
        self.request_by_name(&file.name(self.setup.mac), file.kind())
    }

    fn request_included(
        &mut self,
        target: Location,
        from: &Received,
        include: usize,
    ) -> walk::Lookup<Received> {
        let cause = Cause::Include(from.location.clone(), from.includes[include].line);
        self.receive(target, cause, Kind::Cfg)
    }

    /// Unlike the chain of a loaded tree, this count includes missing files and includes that are not
    /// followed.
    fn count(&self) -> usize {
        self.steps.len()
    }

    fn id(&self, file: &Received) -> Location {
        file.location.clone()
    }

    fn includes(&self, file: &Received) -> usize {
        file.includes.len()
    }

    fn target(&mut self, from: &Received, include: usize) -> IncludeTarget<Location> {
        match &from.includes[include].to {
            Ok(to) => IncludeTarget::File(to.clone()),
            // In a loaded tree, paths outside the server and paths with macros are missing files. Here, they
            // are not requested, and `missing-include = "stop"` does not apply to them.
            Err(why) => {
                self.skip_include(from, include, reason(why));
                IncludeTarget::Nowhere
            }
        }
    }

    fn skip(&mut self, from: &Received, include: usize, why: Endless) {
        self.skip_include(
            from,
            include,
            match why {
                Endless::Cycle => "it is already being read",
                Endless::TooMany => "the includes never end",
            },
        );
    }

    /// The settings are applied when the files are loaded as a tree.
    fn apply(&mut self, _: &Received, _: usize) {}
}
