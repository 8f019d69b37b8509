//! Publishes diagnostics: first for open files, then for a limited number of other files.

use std::collections::BTreeMap;

use gen_lsp_types::{
    Diagnostic, DiagnosticSeverity, MessageType, Position, PublishDiagnosticsNotification,
    PublishDiagnosticsParams, Range,
};

use super::context::analysis::Analysis;
use super::context::diagnostics::{self, Locator};
use super::session::{Published, Session, TreeState, redact};
use super::uri;
use super::worker::{OpenError, Task};
use crate::lint::{Finding, Level};
use crate::project::Home;
use crate::text::path::is_url;

/// Maximum number of closed files to publish diagnostics for.
const MAX_CLOSED_FILES: usize = 300;

impl Session {
    fn send_diagnostics(&mut self, uri: &str, published: Published) {
        let Published { version, diagnostics } = published;
        let params = PublishDiagnosticsParams { uri: uri.into(), version, diagnostics };
        self.notify::<PublishDiagnosticsNotification>(params);
    }

    /// Handles a change to the text of an open file: publishes its new diagnostics, and schedules an analysis
    /// of its tree.
    pub(super) fn text_changed(&mut self, uri: &str) {
        let Some(buffer) = self.buffers.get(uri) else { return };
        let (home, version) = (buffer.home.clone(), buffer.version);
        let (path, text) = (buffer.path.clone(), buffer.bytes().into_owned());
        self.schedule(&home, false);
        let Some(state) = self.trees.get_mut(&home) else { return };
        // For a file outside any tree, some findings are not published.
        if home.only.is_some() || state.strays.contains_key(&path) {
            return;
        }
        let analysis = state.analysis.as_mut();
        let Some(file) = analysis.and_then(|analysis| analysis.retype(&path, &text)) else { return };
        let Some(analysis) = self.trees.get(&home).and_then(|state| state.analysis.as_ref()) else { return };
        let findings: Vec<&Finding> =
            analysis.outcome.findings.iter().filter(|finding| finding.at.file == file).collect();
        let diagnostics = self.with_locator(&home, |locator| render(analysis, locator, &findings));
        let published = Published { version: Some(version), diagnostics };
        self.send_diagnostics(uri, published.clone());
        if let Some(state) = self.trees.get_mut(&home) {
            state.published.insert(uri.to_owned(), published);
        }
    }

    /// Publishes the diagnostics of a tree that have changed.
    pub(super) fn publish(&mut self, home: &Home) {
        let Some(state) = self.trees.get(home) else { return };
        let (mut published, omitted) = self.with_locator(home, |locator| self.collect(home, state, locator));
        if let Some(open_error) = &state.open_error
            && let Some(settings) = home.settings_file()
        {
            published.insert(
                uri::from_path(&settings),
                Published { version: None, diagnostics: vec![open_error_diagnostic(open_error)] },
            );
        }
        let Some(state) = self.trees.get_mut(home) else { return };
        let before = std::mem::replace(&mut state.published, published.clone());
        let more = omitted > std::mem::replace(&mut state.omitted, omitted);
        for uri in before.keys().filter(|uri| !published.contains_key(*uri)) {
            self.send_diagnostics(uri, Published::default());
        }
        for (uri, file) in published.into_iter().filter(|(uri, file)| before.get(uri) != Some(file)) {
            self.send_diagnostics(&uri, file);
        }
        if more {
            let text = format!(
                "findings in {omitted} more files that are not open are not shown: run `fvprov lint` for all findings"
            );
            self.log(MessageType::Info, &text);
        }
    }

    /// A tree's diagnostics by URI, and the number of files whose diagnostics are omitted.
    fn collect(
        &self,
        home: &Home,
        state: &TreeState,
        locator: &Locator<'_>,
    ) -> (BTreeMap<String, Published>, usize) {
        let mut published: BTreeMap<String, Published> = BTreeMap::new();
        let mut closed: Vec<(Level, Vec<&Finding>)> = Vec::new();
        let all = state.analysis.iter().chain(state.strays.values());
        for analysis in all {
            for findings in analysis.outcome.findings.chunk_by(|a, b| a.at.file == b.at.file) {
                let findings: Vec<&Finding> = findings.iter().collect();
                let path = findings.first().map_or("", |finding| analysis.workspace.path(finding.at.file));
                match self.open(home, path) {
                    Some((uri, _)) => {
                        published.entry(uri.clone()).or_default().diagnostics =
                            render(analysis, locator, &findings);
                    }
                    // The client can open only files on the local disk.
                    None if is_url(path) => {}
                    None => {
                        let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Hint);
                        closed.push((worst, findings));
                    }
                }
            }
        }
        let open = self.buffers.iter().filter(|(_, buffer)| buffer.home == *home);
        for (uri, buffer) in open {
            published.entry(uri.clone()).or_default().version = Some(buffer.version);
        }
        closed.sort_by_key(|(worst, _)| std::cmp::Reverse(*worst));
        let omitted = closed.len().saturating_sub(MAX_CLOSED_FILES);
        closed.truncate(MAX_CLOSED_FILES);
        if let Some(analysis) = &state.analysis {
            for (_, findings) in &closed {
                let uri = findings.first().map(|finding| (locator.uri)(analysis, finding.at.file));
                let diagnostics = render(analysis, locator, findings);
                published.extend(uri.map(|uri| (uri, Published { version: None, diagnostics })));
            }
        }
        (published, omitted)
    }

    /// Removes a tree's diagnostics and closes the tree.
    pub(super) fn forget(&mut self, home: &Home) {
        let published = self.trees.remove(home).map(|state| state.published).unwrap_or_default();
        for uri in published.keys() {
            self.send_diagnostics(uri, Published::default());
        }
        let _ = self.tasks.send(Task::Close(home.clone()));
        self.resume_waiting();
    }
}

fn render(analysis: &Analysis, locator: &Locator<'_>, findings: &[&Finding]) -> Vec<Diagnostic> {
    diagnostics::render(analysis, locator, findings).into_iter().map(|finding| finding.diagnostic).collect()
}

/// The diagnostic for the error, at its line in the settings file if the line is known.
fn open_error_diagnostic(open_error: &OpenError) -> Diagnostic {
    let line = open_error.line.map_or(0, |line| line.saturating_sub(1) as u32);
    Diagnostic {
        range: Range { start: Position { line, character: 0 }, end: Position { line, character: 1000 } },
        severity: Some(DiagnosticSeverity::Error),
        source: Some(diagnostics::SOURCE.to_owned()),
        message: redact(&open_error.message).into(),
        ..Diagnostic::default()
    }
}
