//! Each message to the function that handles it, with typed parameters. Every request gets exactly one response: what
//! answers a request returns, and [`Session::respond`], which takes its identifier, is called with what was returned.

use gen_lsp_types as lsp;
use gen_lsp_types::{Notification as _, Request as _};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::context::client::Client;
use super::context::document::Doc;
use super::context::position::Lines;
use super::requests::{DocumentRequest, completion_resolve, initialize};
use super::session::{Ending, Session, Stage};
use super::uri;
use crate::catalogue::Schema;
use crate::text::syntax;

/// More requests than these do not wait for a tree to be judged.
const MOST_WAITING: usize = 64;

/// A result or an error.
type Answer = Result<Value, ResponseError>;

/// What becomes of a request.
enum Reply {
    Now(Answer),
    /// It waits until the tree of its document has been judged.
    Later,
}

impl Session {
    /// Handles a message.
    pub fn take(&mut self, message: Message) {
        match message {
            Message::Request(request) => match self.reply(&request) {
                Reply::Now(answer) => self.respond(request.id, answer),
                Reply::Later => self.waiting.push(request),
            },
            Message::Notification(notification) => self.notification(&notification),
            // The answer to a request of ours changes nothing.
            Message::Response(_) => {}
        }
    }

    /// Sends the response to a request.
    fn respond(&mut self, id: RequestId, answer: Answer) {
        self.send(Response { id, response_result: answer });
    }

    fn reply(&mut self, request: &Request) -> Reply {
        let method = request.method.as_str();
        let is_initialize = method == lsp::InitializeRequest::METHOD.as_str();
        match self.stage {
            Stage::New if is_initialize => return Reply::Now(self.initialize(request)),
            Stage::New => return refuse(ErrorCode::ServerNotInitialized, "`initialize` comes first"),
            Stage::Running if !is_initialize => {}
            Stage::Running | Stage::Down => {
                return refuse(ErrorCode::InvalidRequest, &format!("`{method}` comes at the wrong time"));
            }
        }
        if method == lsp::ShutdownRequest::METHOD.as_str() {
            self.stage = Stage::Down;
            return Reply::Now(Ok(Value::Null));
        }
        Requests { session: self, request, reply: None }
            .on_document::<lsp::CompletionRequest>()
            .on_document::<lsp::HoverRequest>()
            .on_document::<lsp::DefinitionRequest>()
            .on_document::<lsp::ReferencesRequest>()
            .on_document::<lsp::DocumentSymbolRequest>()
            .on_document::<lsp::CodeLensRequest>()
            .on_document::<lsp::DocumentFormattingRequest>()
            .on_document::<lsp::CodeActionRequest>()
            .on::<lsp::CompletionResolveRequest>(Session::resolve)
            .finish()
    }

    fn initialize(&mut self, request: &Request) -> Answer {
        let params: lsp::InitializeParams = parse(&request.params)?;
        self.client = Client::new(&params.capabilities);
        self.folders = initialize::folders(params).filter_map(|uri| uri::to_path(&uri.0)).collect();
        self.folders.dedup();
        self.stage = Stage::Running;
        to_value(initialize::result(self.client.encoding))
    }

    fn resolve(&self, item: lsp::CompletionItem) -> lsp::CompletionItem {
        let uri = completion_resolve::document(&item);
        let buffer = uri.and_then(|uri| self.buffers.get(&uri));
        let state = buffer.and_then(|buffer| self.trees.get(&buffer.home));
        let analysis = state.and_then(|state| state.analysis.as_ref());
        let schema = analysis.map_or(Schema::builtin(), |analysis| &analysis.judging.schema);
        completion_resolve::resolve(schema, item)
    }

    /// Calls with an open document and all that is known of it; none if the client has not opened it.
    fn with_document<T>(&self, uri: &str, call: impl FnOnce(&Doc<'_>) -> T) -> Option<T> {
        let buffer = self.buffers.get(uri)?;
        let text = buffer.bytes();
        let lines = Lines::new(&text, self.client.encoding, buffer.hides_mark());
        let state = self.trees.get(&buffer.home);
        let all = state.and_then(|state| state.analysis.as_ref());
        let stray = state.and_then(|state| state.strays.get(&buffer.path));
        let analysis = stray.or(all);
        Some(self.shown(&buffer.home, |shown| {
            call(&Doc {
                uri,
                path: &buffer.path,
                version: buffer.version,
                text: &text,
                tree: syntax::parse(&text),
                lines: &lines,
                analysis,
                is_current: state.is_some_and(|state| state.is_current),
                file: analysis.and_then(|analysis| analysis.workspace.file(&buffer.path)),
                schema: analysis.map_or(Schema::builtin(), |analysis| &analysis.judging.schema),
                shown,
                client: &self.client,
            })
        }))
    }

    /// Answers a request that waits with an error; all others were answered at once.
    fn cancel(&mut self, params: lsp::CancelParams) {
        let id = match params.id {
            lsp::Id::Int(id) => RequestId::from(id),
            lsp::Id::String(id) => RequestId::from(id),
        };
        if let Some(at) = self.waiting.iter().position(|request| request.id == id) {
            let request = self.waiting.remove(at);
            self.respond(request.id, Err(error(ErrorCode::RequestCanceled, "the client gave it up")));
        }
    }

    fn notification(&mut self, notification: &Notification) {
        let method = notification.method.as_str();
        if method == lsp::ExitNotification::METHOD.as_str() {
            self.ended = Some(if self.stage == Stage::Down { Ending::Clean } else { Ending::Abrupt });
        } else if self.stage != Stage::Running {
            // It comes at the wrong time, and notifications have no response.
        } else if method == lsp::InitializedNotification::METHOD.as_str() {
            self.begin();
        } else {
            Notifications { session: self, notification }
                .on::<lsp::DidOpenTextDocumentNotification>(Session::did_open)
                .on::<lsp::DidChangeTextDocumentNotification>(Session::did_change)
                .on::<lsp::DidSaveTextDocumentNotification>(Session::did_save)
                .on::<lsp::DidCloseTextDocumentNotification>(Session::did_close)
                .on::<lsp::DidChangeWatchedFilesNotification>(Session::did_change_files)
                .on::<lsp::DidChangeWorkspaceFoldersNotification>(Session::did_change_folders)
                .on::<lsp::CancelNotification>(Session::cancel);
        }
    }
}

/// Looks for the function that answers a request.
struct Requests<'a> {
    session: &'a Session,
    request: &'a Request,
    reply: Option<Reply>,
}

impl Requests<'_> {
    fn on<R: lsp::Request>(mut self, answer: impl FnOnce(&Session, R::Params) -> R::Result) -> Self {
        if self.request.method == R::METHOD.as_str() {
            let params = parse(&self.request.params);
            let answer = params.and_then(|params| to_value(answer(self.session, params)));
            self.reply = Some(Reply::Now(answer));
        }
        self
    }

    fn on_document<R: DocumentRequest>(mut self) -> Self {
        if self.request.method == R::METHOD.as_str() {
            self.reply = Some(match parse(&self.request.params) {
                Ok(params) => self.document_reply::<R>(&params),
                Err(error) => Reply::Now(Err(error)),
            });
        }
        self
    }

    fn document_reply<R: DocumentRequest>(&self, params: &R::Params) -> Reply {
        let uri = &R::document(params).uri.0;
        if R::WAITS && self.session.is_changing(uri) && self.session.waiting.len() < MOST_WAITING {
            return Reply::Later;
        }
        let result = self.session.with_document(uri, |doc| R::answer(doc, params));
        Reply::Now(to_value(result.unwrap_or_default()))
    }

    fn finish(self) -> Reply {
        let why = || format!("there is no method `{}` here", self.request.method);
        self.reply.unwrap_or_else(|| refuse(ErrorCode::MethodNotFound, &why()))
    }
}

/// Looks for the function that handles a notification; one that is not known is ignored.
struct Notifications<'a> {
    session: &'a mut Session,
    notification: &'a Notification,
}

impl Notifications<'_> {
    fn on<N: lsp::Notification>(self, handle: impl FnOnce(&mut Session, N::Params)) -> Self {
        if self.notification.method == N::METHOD.as_str() {
            match parse(&self.notification.params) {
                Ok(params) => handle(self.session, params),
                Err(error) => self.session.complain::<N>(&error.message),
            }
        }
        self
    }
}

fn parse<P: DeserializeOwned>(params: &Value) -> Result<P, ResponseError> {
    P::deserialize(params).map_err(|why| error(ErrorCode::InvalidParams, &why.to_string()))
}

fn to_value(result: impl Serialize) -> Answer {
    serde_json::to_value(result).map_err(|why| error(ErrorCode::InternalError, &why.to_string()))
}

fn refuse(code: ErrorCode, why: &str) -> Reply {
    Reply::Now(Err(error(code, why)))
}

fn error(code: ErrorCode, why: &str) -> ResponseError {
    ResponseError { code: code as i32, message: why.to_owned(), data: None }
}
