//! The diagnostics that the client is told: those of open files first, then of as many others as somebody may read.

use std::collections::BTreeMap;

use gen_lsp_types::{
    Diagnostic, DiagnosticSeverity, MessageType, Position, PublishDiagnosticsNotification,
    PublishDiagnosticsParams, Range,
};

use super::context::analysis::Analysis;
use super::context::diagnostics::{self, Shown};
use super::context::document::read;
use super::session::{Published, Session, State, prose};
use super::uri;
use super::worker::{Order, Trouble};
use crate::lint::{Finding, Level};
use crate::project::Home;
use crate::project::settings::FILE_NAME;

/// Files that are not open and of which something is said: more than these nobody reads.
const MOST_CLOSED: usize = 300;

impl Session {
    fn send_diagnostics(&mut self, uri: &str, published: Published) {
        let Published { version, diagnostics } = published;
        let params = PublishDiagnosticsParams { uri: uri.into(), version, diagnostics };
        self.notify::<PublishDiagnosticsNotification>(params);
    }

    /// The text of an open file changed in the client: what can be said of it at once is said, and its tree is
    /// judged again, once it is quiet.
    pub(super) fn retyped(&mut self, uri: &str) {
        let Some(buffer) = self.buffers.get(uri) else { return };
        let (home, version) = (buffer.home.clone(), buffer.version);
        let (path, text) = (buffer.path.clone(), buffer.bytes().into_owned());
        self.touch(&home, false);
        // Of a file of no tree not all that is found is said.
        let in_tree = |state: &&mut State| home.only.is_none() && !state.strays.contains_key(&path);
        let analysis = self.trees.get_mut(&home).filter(in_tree).and_then(|state| state.analysis.as_mut());
        let Some(file) = analysis.and_then(|analysis| analysis.retype(&path, &text)) else { return };
        let Some(analysis) = self.trees.get(&home).and_then(|state| state.analysis.as_ref()) else { return };
        let findings: Vec<&Finding> =
            analysis.outcome.findings.iter().filter(|finding| finding.at.file == file).collect();
        let diagnostics = self.shown(&home, |shown| said(analysis, shown, &findings));
        let published = Published { version: Some(version), diagnostics };
        self.send_diagnostics(uri, published.clone());
        if let Some(state) = self.trees.get_mut(&home) {
            state.told.insert(uri.to_owned(), published);
        }
    }

    /// Tells the client what is wrong in a tree: in open files first, then in as many others as somebody may read.
    pub(super) fn publish(&mut self, home: &Home) {
        let Some(state) = self.trees.get(home) else { return };
        let (mut told, unsaid) = self.shown(home, |shown| self.said(home, state, shown));
        if let Some(trouble) = &state.trouble {
            let settings = home.top.join(FILE_NAME);
            if read(&settings).is_some() {
                told.insert(
                    uri::of_path(&settings),
                    Published { version: None, diagnostics: vec![trouble_at(trouble)] },
                );
            }
        }
        let Some(state) = self.trees.get_mut(home) else { return };
        let before = std::mem::replace(&mut state.told, told.clone());
        let more = unsaid > std::mem::replace(&mut state.unsaid, unsaid);
        for uri in before.keys().filter(|uri| !told.contains_key(*uri)) {
            self.send_diagnostics(uri, Published::default());
        }
        for (uri, published) in told.into_iter().filter(|(uri, published)| before.get(uri) != Some(published))
        {
            self.send_diagnostics(&uri, published);
        }
        if more {
            let text = format!(
                "there is something to say of {unsaid} more files that are not open: `fvprov lint` shows all"
            );
            self.log(MessageType::Info, &text);
        }
    }

    /// The diagnostics of a tree by URI, and of how many files nothing is said.
    fn said(&self, home: &Home, state: &State, shown: &Shown<'_>) -> (BTreeMap<String, Published>, usize) {
        let mut told: BTreeMap<String, Published> = BTreeMap::new();
        let mut closed: Vec<(Level, Vec<&Finding>)> = Vec::new();
        let all = state.analysis.iter().chain(state.strays.values());
        for analysis in all {
            for findings in analysis.outcome.findings.chunk_by(|a, b| a.at.file == b.at.file) {
                let findings: Vec<&Finding> = findings.iter().collect();
                let path = findings.first().map_or("", |finding| analysis.workspace.path(finding.at.file));
                match self.open(home, path) {
                    Some((uri, _)) => {
                        told.entry(uri.clone()).or_default().diagnostics = said(analysis, shown, &findings);
                    }
                    // Nobody can open what was not read from this disk.
                    None if path.contains("://") => {}
                    None => {
                        let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Info);
                        closed.push((worst, findings));
                    }
                }
            }
        }
        let open = self.buffers.iter().filter(|(_, buffer)| buffer.home == *home);
        for (uri, buffer) in open {
            told.entry(uri.clone()).or_default().version = Some(buffer.version);
        }
        closed.sort_by_key(|(worst, _)| std::cmp::Reverse(*worst));
        let unsaid = closed.len().saturating_sub(MOST_CLOSED);
        closed.truncate(MOST_CLOSED);
        if let Some(analysis) = &state.analysis {
            for (_, findings) in &closed {
                let uri = findings.first().map(|finding| (shown.uri)(analysis, finding.at.file));
                let diagnostics = said(analysis, shown, findings);
                told.extend(uri.map(|uri| (uri, Published { version: None, diagnostics })));
            }
        }
        (told, unsaid)
    }

    /// Takes back all that was said of a tree, and forgets it.
    pub(super) fn forget(&mut self, home: &Home) {
        let told = self.trees.remove(home).map(|state| state.told).unwrap_or_default();
        for uri in told.keys() {
            self.send_diagnostics(uri, Published::default());
        }
        let _ = self.orders.send(Order::Forget(home.clone()));
        self.answer_waiting();
    }
}

fn said(analysis: &Analysis, shown: &Shown<'_>, findings: &[&Finding]) -> Vec<Diagnostic> {
    diagnostics::of(analysis, shown, findings).into_iter().map(|said| said.diagnostic).collect()
}

/// Why the settings cannot be read, at the line that is wrong if it is known.
fn trouble_at(trouble: &Trouble) -> Diagnostic {
    let line = trouble.line.map_or(0, |line| line.saturating_sub(1) as u32);
    Diagnostic {
        range: Range { start: Position { line, character: 0 }, end: Position { line, character: 1000 } },
        severity: Some(DiagnosticSeverity::Error),
        source: Some(diagnostics::SOURCE.to_owned()),
        message: prose(&trouble.why).into(),
        ..Diagnostic::default()
    }
}
