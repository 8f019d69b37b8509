//! A second implementation of DOMAIN.md and CONTRACT.md: which files a phone reads, and what they set.
//! It shares no code with `src`, caches nothing and prefers simple code to fast code.
//!
//! Where the documents are ambiguous, a comment describes the chosen interpretation.

use crate::text::{
    Line, Settings, boot_like, classify, is_at_or_below, join, mac_in_name, normalise, percent_decoded,
    relative, settings_directory, split, walk,
};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const COMMON_BOOT: &str = "y000000000000.boot";
const COMMON_CFG: &str = "y000000000000.cfg";
const REPEATABLE: &str = "static.security.user_password";

/// The served tree of one SOURCE.
pub struct Served {
    base: PathBuf,
    /// SOURCE, relative to `base`.
    source: String,
    settings: Settings,
    /// Every file, relative to `base`, with `/`.
    files: BTreeSet<String>,
    /// Each cfg file that boot files include, with these boot files.
    included: BTreeMap<String, BTreeSet<String>>,
}

/// One `name = value` that a phone reads.
struct Assignment {
    name: String,
    value: String,
    file: String,
    line: usize,
}

/// The files and settings that one phone reads. Every path is relative to the root.
pub struct Phone {
    root: String,
    mac: Option<String>,
    boot: Option<String>,
    files: Vec<String>,
    missing: Vec<String>,
    assignments: Vec<Assignment>,
    skip_blank: bool,
    /// False if a file is not plain text of normal size. The documents do not define how `render` treats it.
    pub plain: bool,
}

impl Served {
    /// Lists the served tree of a SOURCE that is a directory.
    pub fn open(source: &Path) -> Self {
        let source = source.canonicalize().expect("SOURCE exists");
        let base = settings_directory(&source).unwrap_or_else(|| source.clone());
        let mut files = BTreeSet::new();
        walk(&base, &base, "", &mut Vec::new(), &mut files);
        let below = source.strip_prefix(&base).expect("SOURCE is in its tree");
        let below = below.to_str().expect("a UTF-8 path").replace('\\', "/");
        let settings = Settings::read(&base.join("fvprov.toml"));
        let included = BTreeMap::new();
        let mut served = Served { base, source: below, settings, files, included };
        served.note_includes();
        served
    }

    fn note_includes(&mut self) {
        let is_boot = |path: &&String| {
            let name = split(path).1;
            name == COMMON_BOOT || mac_in_name(name, ".boot").is_some()
        };
        for boot in self.files.iter().filter(is_boot) {
            for line in self.text(boot).0.split('\n') {
                if let Line::Include(target) = classify(line)
                    && let Place::File(cfg) = self.locate(boot, target)
                {
                    self.included.entry(cfg).or_default().insert(boot.clone());
                }
            }
        }
    }

    fn has(&self, root: &str, name: &str) -> bool {
        self.files.contains(&join(root, name))
    }

    /// The text of a file, and whether it is plain text.
    fn text(&self, path: &str) -> (String, bool) {
        let bytes = fs::read(self.base.join(path)).unwrap_or_default();
        let marks: [&[u8]; 3] = [b"#!encrypt", b"\0GITCRYPT", b"version https://git-lfs"];
        let plain = std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains("ENC[AES256_GCM"))
            && !bytes.contains(&0)
            && bytes.len() <= 1_048_576
            && !marks.iter().any(|mark| bytes.starts_with(mark));
        let text = String::from_utf8_lossy(&bytes);
        (text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned(), plain)
    }

    /// The roots at or below SOURCE, relative to the served tree.
    pub fn roots(&self) -> Vec<String> {
        let mut roots = match &self.settings.roots {
            Some(named) => named.iter().map(|root| normalise("", root)).collect(),
            None => Vec::from_iter(self.found_roots()),
        };
        roots.retain(|root| is_at_or_below(root, &self.source));
        roots
    }

    fn found_roots(&self) -> BTreeSet<String> {
        let mut roots: BTreeSet<String> = self
            .files
            .iter()
            .map(|path| split(path))
            .filter(|(_, name)| boot_like(name))
            .map(|(dir, _)| dir.to_owned())
            .collect();
        let mut cfg_only: Vec<&str> = self
            .files
            .iter()
            .filter(|path| !self.included.contains_key(*path))
            .map(|path| split(path))
            .filter(|(_, name)| *name == COMMON_CFG || mac_in_name(name, ".cfg").is_some())
            .map(|(dir, _)| dir)
            .collect();
        cfg_only.sort_by_key(|dir| dir.len()); // parent directories first
        for dir in cfg_only {
            if !roots.iter().any(|root| is_at_or_below(dir, root)) {
                roots.insert(dir.to_owned());
            }
        }
        roots
    }

    /// Whether a MAC has files of its own in a root: a boot file, or a cfg that no other boot file includes.
    fn is_phone(&self, root: &str, mac: &str) -> bool {
        let (boot, cfg) = (join(root, &format!("{mac}.boot")), join(root, &format!("{mac}.cfg")));
        let custom = self.included.get(&cfg).is_some_and(|boots| boots.iter().any(|other| *other != boot));
        self.files.contains(&boot) || (self.files.contains(&cfg) && !custom)
    }

    fn macs(&self, root: &str) -> BTreeSet<String> {
        let here = self.files.iter().map(|path| split(path)).filter(|(dir, _)| *dir == root);
        let macs = here.filter_map(|(_, name)| mac_in_name(name, ".boot").or(mac_in_name(name, ".cfg")));
        macs.filter(|mac| self.is_phone(root, mac)).map(str::to_owned).collect()
    }

    /// A root as a path of the machine.
    pub fn directory(&self, root: &str) -> PathBuf {
        if root.is_empty() { self.base.clone() } else { self.base.join(root) }
    }

    /// SOURCE as a path of the machine.
    pub fn directory_of_source(&self) -> PathBuf {
        self.directory(&self.source)
    }

    /// The root that has files for a MAC, or else the first one.
    pub fn root_of(&self, mac: &str) -> String {
        let roots = self.roots();
        let own = roots.iter().find(|root| self.is_phone(root, mac));
        own.or(roots.first()).cloned().unwrap_or_default()
    }

    /// Every (root, MAC) that counts as a phone; `None` represents any other phone.
    pub fn phones(&self) -> Vec<(String, Option<String>)> {
        let mut phones = Vec::new();
        for root in self.roots() {
            let macs = self.macs(&root);
            if macs.is_empty() && (self.has(&root, COMMON_BOOT) || self.has(&root, COMMON_CFG)) {
                phones.push((root.clone(), None));
            }
            phones.extend(macs.into_iter().map(|mac| (root.clone(), Some(mac))));
        }
        phones
    }

    /// The configuration of a phone of a root; `None` if the root has no file for it.
    pub fn phone(&self, root: &str, mac: Option<&str>) -> Option<Phone> {
        let mac = mac.filter(|mac| self.is_phone(root, mac));
        let own = |end: &str| mac.map(|mac| format!("{mac}{end}")).filter(|name| self.has(root, name));
        let common = |name: &str| self.has(root, name).then(|| name.to_owned());
        let boot = own(".boot").or_else(|| common(COMMON_BOOT));
        let start: Vec<String> = match &boot {
            Some(_) => Vec::new(),
            None => common(COMMON_CFG).into_iter().chain(own(".cfg")).collect(),
        };
        if boot.is_none() && start.is_empty() {
            return None;
        }
        let phone = Phone {
            root: root.to_owned(),
            mac: mac.map(str::to_owned),
            boot: boot.clone(),
            files: Vec::new(),
            missing: Vec::new(),
            assignments: Vec::new(),
            skip_blank: self.settings.skip_blank,
            plain: true,
        };
        let mut reader = Reader { served: self, phone, open: Vec::new(), stopped: false };
        if let Some(boot) = boot {
            reader.read(&join(root, &boot), false);
        }
        for cfg in start {
            reader.read(&join(root, &cfg), true);
        }
        Some(reader.phone)
    }

    /// The target of an include in the file `from`.
    fn locate(&self, from: &str, target: &str) -> Place {
        // The guide: "must be *.cfg". A target with another name is not followed, and is not missing either.
        if target.contains('\\') || !target.ends_with(".cfg") {
            return Place::Malformed;
        }
        let path = match target.split_once(':').filter(|(scheme, _)| !scheme.contains('/')) {
            Some((scheme, rest)) => {
                let known = ["http", "https", "ftp", "tftp"].contains(&scheme);
                if !known || !rest.starts_with("//") {
                    return Place::Malformed; // a drive letter, another scheme
                }
                match self.settings.url.as_ref().and_then(|url| target.strip_prefix(url.as_str())) {
                    Some(below) => normalise("", &percent_decoded(below)),
                    None => {
                        return Place::Missing { shown: target.to_owned(), elsewhere: true };
                    }
                }
            }
            None => match target.strip_prefix('/') {
                Some(from_top) => normalise("", from_top),
                None => normalise(split(from).0, target),
            },
        };
        if self.files.contains(&path) {
            Place::File(path)
        } else {
            Place::Missing { shown: path, elsewhere: false }
        }
    }
}

enum Place {
    File(String),
    Missing { shown: String, elsewhere: bool },
    Malformed,
}

struct Reader<'a> {
    served: &'a Served,
    phone: Phone,
    /// The files that are being read, outermost first.
    open: Vec<String>,
    stopped: bool,
}

impl Reader<'_> {
    fn read(&mut self, path: &str, is_cfg: bool) {
        let shown = relative(path, &self.phone.root);
        if is_cfg {
            self.phone.files.push(shown.clone());
        }
        let (text, plain) = self.served.text(path);
        self.phone.plain &= plain;
        self.open.push(path.to_owned());
        for (index, line) in text.split('\n').enumerate() {
            match classify(line) {
                Line::Include(_) if is_cfg && self.served.settings.ignore_include_in_cfg => {}
                Line::Include(target) => self.follow(path, target),
                Line::Setting(name, value) if is_cfg => self.phone.assignments.push(Assignment {
                    name: name.to_owned(),
                    value: value.to_owned(),
                    file: shown.clone(),
                    line: index + 1,
                }),
                Line::Setting(..) | Line::Other => {} // a setting in a boot file is never effective
            }
        }
        self.open.pop();
    }

    fn follow(&mut self, from: &str, target: &str) {
        if self.stopped {
            return; // no more requests; files that were already downloaded still count
        }
        match self.served.locate(from, target) {
            Place::File(path) if self.open.contains(&path) => {}
            Place::File(path) => self.read(&path, true),
            Place::Missing { shown, elsewhere: true } => self.phone.missing.push(shown),
            Place::Missing { shown, .. } => {
                self.phone.missing.push(relative(&shown, &self.phone.root));
                self.stopped = self.served.settings.stop_at_missing;
            }
            Place::Malformed => {}
        }
    }
}

impl Phone {
    /// The output of `render --format json` according to CONTRACT.md, without the model.
    pub fn to_json(&self) -> Value {
        let mut names: BTreeMap<&str, Vec<&Assignment>> = BTreeMap::new();
        for assignment in &self.assignments {
            names.entry(&assignment.name).or_default().push(assignment);
        }
        let parameters: Map<String, Value> =
            names.iter().map(|(name, all)| ((*name).to_owned(), self.parameter(name, all))).collect();
        json!({
            "version": 1, "root": display_root(&self.root), "mac": self.mac, "boot": self.boot,
            "files": self.files, "missing": self.missing, "parameters": parameters,
        })
    }

    fn parameter(&self, name: &str, all: &[&Assignment]) -> Value {
        let last = all.len() - 1;
        let not_blank = all.iter().rposition(|assignment| !assignment.value.is_empty());
        let winner = if self.skip_blank { not_blank.unwrap_or(last) } else { last };
        let at = |one: &Assignment| json!({"value": one.value, "file": one.file, "line": one.line});
        let overridden = all.iter().enumerate().filter(|(index, _)| *index != winner);
        let mut parameter = at(all[winner]);
        parameter["overrides"] = overridden.map(|(_, one)| at(one)).collect();
        if name == REPEATABLE {
            parameter["values"] = all.iter().map(|one| json!(one.value)).collect();
        }
        parameter
    }
}

/// The displayed name of a root; `.` for the served tree itself.
pub fn display_root(root: &str) -> &str {
    if root.is_empty() { "." } else { root }
}
