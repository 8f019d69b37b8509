//! Notifications from the client: opened, changed, saved and closed documents, and changes on disk.

use std::path::PathBuf;

use gen_lsp_types::{
    DidChangeTextDocumentNotification, DidChangeTextDocumentParams, DidChangeWatchedFilesNotification,
    DidChangeWatchedFilesParams, DidChangeWatchedFilesRegistrationOptions, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, FileChangeType,
    FileSystemWatcher, MessageType, Notification, Registration, RegistrationParams, RegistrationRequest,
    WorkspaceFolder,
};

use super::context::document::{Buffer, is_text, read};
use super::session::Session;
use super::uri;
use crate::project::settings::FILE_NAME;
use crate::project::{Home, find_home, is_tree};
use crate::text::path::file_name;
use crate::tree::names::Role;

/// The home of a document that has never been saved, and the document's path in it. The text is checked
/// according to its name, or as a cfg file.
fn unsaved_home(uri: &str) -> (Home, String) {
    let name = uri.rsplit(['/', ':']).next().unwrap_or_default();
    let is_known = Role::from_name(name).kind().is_some();
    let name = if is_known { name.to_owned() } else { "untitled.cfg".into() };
    (Home { top: PathBuf::from(uri), only: Some(name.clone()) }, name)
}

impl Session {
    /// Logs why a notification was ignored, because a notification has no response.
    pub(super) fn log_rejected<N: Notification>(&mut self, why: &str) {
        self.log(MessageType::Warning, &format!("{}: {why}", N::METHOD));
    }

    /// Registers the files that the client should watch, and analyzes the folders in its workspace.
    pub(super) fn start(&mut self) {
        if self.client.watches {
            let glob_pattern = "**/*.{boot,cfg,xml,csv,json,toml}".to_owned().into();
            let watchers = vec![FileSystemWatcher { glob_pattern, kind: None }];
            let options = DidChangeWatchedFilesRegistrationOptions { watchers };
            let registration = Registration {
                id: "fvprov-watch".to_owned(),
                method: DidChangeWatchedFilesNotification::METHOD.as_str().to_owned(),
                register_options: serde_json::to_value(options).ok(),
            };
            self.send_request::<RegistrationRequest>(RegistrationParams {
                registrations: vec![registration],
            });
        }
        self.open_folders(self.folders.clone());
    }

    /// Analyzes the folders that are trees, even without open files.
    fn open_folders(&mut self, folders: Vec<PathBuf>) {
        for folder in folders {
            if is_tree(&folder) {
                let (home, _) = find_home(&self.options, &folder.join(FILE_NAME));
                if !self.trees.contains_key(&home) {
                    self.schedule(&home, false);
                }
            }
        }
    }

    pub(super) fn did_open(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let uri = document.uri.0;
        let path = uri::to_path(&uri);
        let place = path.as_ref().map_or_else(|| unsaved_home(&uri), |path| find_home(&self.options, path));
        let disk = path.and_then(|path| read(&path));
        let buffer = Buffer::new(place, document.version, document.text, disk);
        self.buffers.insert(uri.clone(), buffer);
        self.text_changed(&uri);
    }

    pub(super) fn did_change(&mut self, params: DidChangeTextDocumentParams) {
        let uri = params.text_document.text_document_identifier.uri.0;
        let Some(buffer) = self.buffers.get_mut(&uri) else {
            self.log_rejected::<DidChangeTextDocumentNotification>("the document is not open");
            return;
        };
        buffer.version = params.text_document.version;
        buffer.change(params.content_changes, self.client.encoding);
        self.text_changed(&uri);
    }

    pub(super) fn did_save(&mut self, params: DidSaveTextDocumentParams) {
        let uri = params.text_document.uri.0;
        let disk = uri::to_path(&uri).and_then(|path| read(&path));
        let is_watched = self.client.watches;
        let Some(buffer) = self.buffers.get_mut(&uri) else { return };
        let is_same = disk.as_ref().is_some_and(|disk| buffer.equals(disk));
        buffer.compare_with(disk);
        let (home, kind) = (buffer.home.clone(), Role::from_name(file_name(&buffer.path)).kind());
        // The saved text has already been analyzed, and a client that watches files reports all other
        // changes.
        if kind.is_none() || !is_same || !is_watched {
            self.schedule(&home, true);
        }
        if home.only.is_some() {
            self.update_homes();
        }
    }

    pub(super) fn did_close(&mut self, params: DidCloseTextDocumentParams) {
        let uri = params.text_document.uri.0;
        let Some(buffer) = self.buffers.remove(&uri) else { return };
        let is_used = self.buffers.values().any(|other| other.home == buffer.home);
        match buffer.home.only {
            Some(_) if !is_used => self.forget(&buffer.home),
            // From now on, the file on disk is used, which may have changed.
            _ => self.schedule(&buffer.home, true),
        }
    }

    pub(super) fn did_change_files(&mut self, params: DidChangeWatchedFilesParams) {
        let mut is_moved = false;
        for change in params.changes {
            let uri = change.uri.0;
            let Some(path) = uri::to_path(&uri) else { continue };
            let disk = read(&path);
            // The client itself saved the file.
            if let (Some(buffer), Some(disk)) = (self.buffers.get(&uri), &disk)
                && buffer.equals(disk)
                && is_text(&buffer.path)
            {
                continue;
            }
            is_moved |= change.kind != FileChangeType::Changed || path.ends_with(FILE_NAME);
            let above: Vec<Home> = self.trees.keys().filter(|home| home.depends_on(&path)).cloned().collect();
            for home in above {
                self.schedule(&home, true);
            }
        }
        if is_moved {
            self.update_homes();
        }
    }

    pub(super) fn did_change_folders(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let (added, removed) = (paths(params.event.added), paths(params.event.removed));
        self.folders.retain(|folder| !removed.contains(folder));
        self.folders.extend(added.clone());
        let closed = self.trees.keys().filter(|home| {
            removed.iter().any(|folder| home.top.starts_with(folder))
                && !self.buffers.values().any(|buffer| buffer.home == **home)
        });
        for home in closed.cloned().collect::<Vec<_>>() {
            self.forget(&home);
        }
        self.open_folders(added);
    }

    /// Finds the trees of all open files and folders again, because files that identify trees were added or
    /// removed.
    fn update_homes(&mut self) {
        let mut moved: Vec<Home> = Vec::new();
        for (uri, buffer) in &mut self.buffers {
            let Some(path) = uri::to_path(uri) else { continue };
            let (home, path) = find_home(&self.options, &path);
            if home != buffer.home {
                moved.extend([home.clone(), std::mem::replace(&mut buffer.home, home)]);
                buffer.path = path;
            }
        }
        for home in moved {
            match self.buffers.values().any(|buffer| buffer.home == home) {
                true => self.schedule(&home, true),
                false => self.forget(&home),
            }
        }
        self.open_folders(self.folders.clone());
    }
}

fn paths(folders: Vec<WorkspaceFolder>) -> Vec<PathBuf> {
    folders.into_iter().filter_map(|folder| uri::to_path(&folder.uri.0)).collect()
}
