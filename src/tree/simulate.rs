//! Plays the phone: asks a server for files in the order in which a phone does, and says what came of it. Does no I/O
//! of its own: it is handed a function that asks.

use std::collections::BTreeMap;

use crate::text::address::Server;
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::text::mac::Mac;
use crate::text::path::{file_name, parent};
use crate::text::syntax::{self, IncludeForm, LineKind};
use crate::tree::assumptions::{Assume, MissingInclude};
use crate::tree::load::{NamesFile, NotFollowed, Request, Workspace, locate};
use crate::tree::names::Kind;
use crate::tree::resolve::{MAX_READS, Phone};

/// The phone, and where it asks.
pub struct Setup<'a> {
    /// The phone.
    pub mac: Mac,
    /// The server; paths are below its top.
    pub server: Server,
    /// The directory that the provisioning URL means.
    pub directory: String,
    /// The file that the URL names, if it names one: then the phone asks for nothing else of its own accord.
    pub file: Option<String>,
    /// What is taken to be true of phones.
    pub assume: Assume,
    /// Which parameters name files that phones download.
    pub names_file: &'a NamesFile<'a>,
}

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

/// All that a phone asked for, in order.
pub struct Play {
    /// The questions.
    pub steps: Vec<Step>,
    /// How many settings the phone ends up with.
    pub settings: usize,
    /// The boot file that the phone found, as an index into the steps.
    pub boot: Option<usize>,
}

type Ask<'a> = dyn FnMut(&Location) -> Result<Vec<u8>, FetchError> + 'a;

/// Asks as the phone does.
pub fn play(setup: &Setup<'_>, ask: &mut Ask<'_>) -> Play {
    let mut player = Player { setup, ask, steps: Vec::new(), open: Vec::new(), boot: None, stopped: false };
    player.start();
    let workspace = player.workspace();
    let mut settings = 0;
    if let Some(root) = workspace.roots.first() {
        let phone = Phone::new(&workspace, root, Some(setup.mac));
        settings = phone.names().len();
        for (location, cause) in named_files(&phone) {
            player.ask(location, cause);
        }
    }
    Play { settings, boot: player.boot, steps: player.steps }
}

struct Player<'a, 'b> {
    setup: &'a Setup<'a>,
    ask: &'a mut Ask<'b>,
    steps: Vec<Step>,
    /// The files being read, outermost first.
    open: Vec<Location>,
    boot: Option<usize>,
    /// `missing-include = "stop"` has been met, or what the phone gets is not known.
    stopped: bool,
}

impl Player<'_, '_> {
    /// Guide, "Managing Boot Files": `<mac>.boot`, else `y000000000000.boot`, else the two cfg files.
    fn start(&mut self) {
        if let Some(file) = &self.setup.file {
            self.own(file);
            return;
        }
        let mac = self.setup.mac;
        for boot in [format!("{mac}.boot"), "y000000000000.boot".into()] {
            if self.own(&boot) != Some(false) {
                return;
            }
        }
        for cfg in ["y000000000000.cfg".into(), format!("{mac}.cfg")] {
            self.own(&cfg);
        }
    }

    /// Asks for a file in the phone's directory and reads it: whether it is there; none where nobody knows, and what
    /// the phone does then neither.
    fn own(&mut self, name: &str) -> Option<bool> {
        let directory = &self.setup.directory;
        let path = if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
        let location = Location::Tree(path);
        let kind = if name.ends_with(".boot") { Kind::Boot } else { Kind::Cfg };
        match self.ask(location.clone(), Cause::Own) {
            Answer::Got(text) => {
                if kind == Kind::Boot {
                    self.boot = Some(self.steps.len() - 1);
                }
                self.read(&location, &text, kind);
                Some(true)
            }
            Answer::Missing => Some(false),
            _ => None,
        }
    }

    fn ask(&mut self, location: Location, cause: Cause) -> Answer {
        let answer = match (self.ask)(&location) {
            Ok(text) => Answer::Got(text),
            Err(FetchError::Missing) => Answer::Missing,
            Err(FetchError::Failed(why)) => Answer::Failed(why),
            Err(FetchError::TooLarge(limit)) => Answer::TooLarge(limit),
            Err(FetchError::NotFetched) => Answer::NotAsked("no transport for it"),
        };
        self.steps.push(Step { location, cause, answer: answer.clone() });
        answer
    }

    /// Follows the includes of a file, each where it stands.
    fn read(&mut self, from: &Location, text: &[u8], kind: Kind) {
        use crate::tree::assumptions::IncludeInCfg::Ignore;
        if kind == Kind::Cfg && self.setup.assume.include_in_cfg == Ignore {
            return;
        }
        self.open.push(from.clone());
        for (line, content) in syntax::parse(text).lines.iter().enumerate() {
            if self.stopped {
                break;
            }
            let LineKind::Include { target, form, guarded } = content.kind else { continue };
            let target = String::from_utf8_lossy(target.of(text)).into_owned();
            let to = match form {
                IncludeForm::Malformed => Err(NotFollowed::Malformed),
                IncludeForm::Proper if guarded => Err(NotFollowed::Guarded),
                IncludeForm::Proper => locate(&target, from, Some(&self.setup.server)),
            };
            self.include(to, &target, Cause::Include(from.clone(), line + 1));
        }
        self.open.pop();
    }

    fn include(&mut self, to: Result<Location, NotFollowed>, target: &str, cause: Cause) {
        let to = match to {
            Ok(to) if self.open.contains(&to) => Err((Location::of(target), "it is being read already")),
            Ok(_) if self.steps.len() >= MAX_READS => Err((Location::of(target), "there is no end of them")),
            Ok(to) => Ok(to),
            Err(why) => Err((Location::of(target), reason(&why))),
        };
        match to {
            Err((location, why)) => {
                self.steps.push(Step { location, cause, answer: Answer::NotAsked(why) });
            }
            Ok(to) => match self.ask(to.clone(), cause) {
                Answer::Got(text) => self.read(&to, &text, Kind::Cfg),
                Answer::Missing => {
                    self.stopped = self.setup.assume.missing_include == MissingInclude::Stop;
                }
                _ => {}
            },
        }
    }

    /// What came, as a tree: what the phone makes of it is known there.
    fn workspace(&self) -> Workspace {
        let mut texts: BTreeMap<Location, Vec<u8>> = BTreeMap::new();
        for step in &self.steps {
            let Answer::Got(text) = &step.answer else { continue };
            let location = match (&step.location, &step.cause, &self.setup.file) {
                // Whatever its name is, it is the phone's own.
                (Location::Tree(path), Cause::Own, Some(file)) => {
                    let ending = if file.ends_with(".boot") { "boot" } else { "cfg" };
                    let own = format!("{}/{}.{ending}", parent(path), self.setup.mac);
                    Location::Tree(own.trim_start_matches('/').to_owned())
                }
                (location, ..) => location.clone(),
            };
            texts.insert(location, text.clone());
        }
        let paths = texts.keys().filter_map(|location| match location {
            Location::Tree(path) => Some(Entry { path: path.clone(), kind: EntryKind::File }),
            Location::Url(_) => None,
        });
        Request::new(paths.collect(), &|location| texts.get(location).cloned().ok_or(FetchError::Missing))
            .roots(Some(vec![self.setup.directory.clone()]))
            .server(Some(self.setup.server.clone()))
            .assume(self.setup.assume)
            .names_file(self.setup.names_file)
            .load()
    }
}

/// The files that the settings which decide name, in the order of the parameters.
fn named_files(phone: &Phone<'_>) -> Vec<(Location, Cause)> {
    let workspace = phone.workspace;
    let mut files: Vec<(Location, Cause)> = Vec::new();
    for (name, assignments) in phone.parameters() {
        let Some((at, _)) = assignments.get(phone.winner(&assignments)).copied() else { continue };
        let Some(resource) = workspace.resources_of(at.file).iter().find(|resource| resource.at == at) else {
            continue;
        };
        let value = String::from_utf8_lossy(workspace.value(at)).into_owned();
        let location = match &resource.to {
            Ok(file) => Location::of(workspace.path(*file)),
            Err(NotFollowed::Missing(path) | NotFollowed::OtherCase { path, .. }) => Location::of(path),
            Err(NotFollowed::NotFetched) if value.contains("://") => Location::Url(value),
            Err(_) => continue,
        };
        let from = Location::of(workspace.path(at.file));
        files.push((location, Cause::Setting(from, workspace.line_number(at), name.into_owned())));
    }
    files
}

fn reason(why: &NotFollowed) -> &'static str {
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

/// What a User-Agent says of the firmware: its version, and whether that knows boot files (V0.5.15 or later does, on
/// the models of which that is said; of others nobody knows).
pub fn firmware(user_agent: &str) -> Option<(String, Option<bool>)> {
    const SAID_OF: [&str; 8] =
        ["FIP10", "FIP10P", "FIP11C", "FIP11CP", "FIP13G", "FIP14G", "FIP15G", "FIP16"];
    let mut words = user_agent.split([' ', '/']);
    let version = |word: &str| {
        let digits = word.strip_prefix(['V', 'v'])?;
        let parts: Vec<u32> = digits.split('.').map_while(|part| part.parse().ok()).collect();
        (parts.len() >= 3).then_some(parts)
    };
    let is_said = words.clone().any(|word| SAID_OF.contains(&word.to_ascii_uppercase().as_str()));
    let (word, parts) = words.find_map(|word| Some((word, version(word)?)))?;
    Some((word.to_owned(), is_said.then(|| parts.as_slice() >= [0, 5, 15].as_slice())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::load::Want;

    fn asked(files: &[(&str, &str)], file: Option<&str>) -> (Vec<String>, Play) {
        let setup = Setup {
            mac: "0021f2000001".parse().unwrap(),
            server: Server::parse("http://h/").unwrap(),
            directory: "prov".into(),
            file: file.map(str::to_owned),
            assume: Assume::default(),
            names_file: &|name| (name == "picture").then_some(Want::Presence),
        };
        let mut ask = |location: &Location| {
            let (Location::Tree(path) | Location::Url(path)) = location;
            let found = files.iter().find(|(name, _)| name == path);
            found.map(|(_, text)| text.as_bytes().to_vec()).ok_or(FetchError::Missing)
        };
        let play = play(&setup, &mut ask);
        let said = play.steps.iter().map(|step| {
            let (Location::Tree(path) | Location::Url(path)) = &step.location;
            let mark = if matches!(step.answer, Answer::Got(_)) { "+" } else { "-" };
            format!("{mark}{path}{}", if step.is_trouble() { "!" } else { "" })
        });
        (said.collect(), play)
    }

    #[test]
    fn a_phone_asks_in_its_order() {
        let boot = "include:config <a.cfg>\ninclude:config </top.cfg>\n[T46]include:config <y.cfg>\n\
                    include:config <a.cfg>\ninclude:config <http://g/x.cfg>\n";
        let (said, play) = asked(
            &[
                ("prov/y000000000000.boot", boot),
                ("prov/a.cfg", "include:config <sub/b.cfg>\nx = 1\n"),
                ("prov/sub/b.cfg", "include:config <../a.cfg>\nx = 2\npicture = old.png\n"),
                ("top.cfg", "picture = new.png\ny = 1\n"),
                ("prov/new.png", "png"),
            ],
            None,
        );
        assert_eq!(
            said,
            [
                "-prov/0021f2000001.boot",
                "+prov/y000000000000.boot",
                "+prov/a.cfg",
                "+prov/sub/b.cfg",
                "-../a.cfg!",
                "+top.cfg",
                "-y.cfg",
                "+prov/a.cfg",
                "+prov/sub/b.cfg",
                "-../a.cfg!",
                "-http://g/x.cfg!",
                "-prov/old.png!",
            ]
        );
        assert_eq!((play.settings, play.boot), (3, Some(1)));
    }

    #[test]
    fn without_a_boot_file_two_cfg_files_are_asked_for() {
        let (said, play) = asked(&[("prov/0021f2000001.cfg", "x = 1\n")], None);
        assert_eq!(
            said,
            [
                "-prov/0021f2000001.boot",
                "-prov/y000000000000.boot",
                "-prov/y000000000000.cfg",
                "+prov/0021f2000001.cfg"
            ]
        );
        assert_eq!((play.settings, play.boot), (1, None));
        let (said, play) = asked(&[("prov/own.cfg", "x = 1\npicture = a.png\n")], Some("own.cfg"));
        assert_eq!(said, ["+prov/own.cfg", "-prov/a.png!"]);
        assert_eq!((play.settings, play.boot), (2, None));
    }

    #[test]
    fn the_user_agent_says_whether_boot_files_are_known() {
        let of = |agent: &str| firmware(agent).map(|(_, knows)| knows);
        assert_eq!(of("Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1"), Some(Some(true)));
        assert_eq!(of("Flyingvoice FIP13G V0.5.15"), Some(Some(true)));
        assert_eq!(of("Flyingvoice FIP13G V0.5.9.1"), Some(Some(false)));
        assert_eq!(of("Flyingvoice P23G V0.5.9"), Some(None));
        assert_eq!(of("curl/8.0"), None);
    }
}
