//! Passes each message to the function that handles it, with typed parameters. Every request gets exactly one
//! response: handlers return a result, and only [`Session::respond`], which consumes the request identifier,
//! sends the response.

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

/// Maximum number of requests that wait for an analysis. Additional requests are answered immediately.
const MAX_WAITING: usize = 64;

type ResponseResult = Result<Value, ResponseError>;

/// Whether a request is answered now or later.
enum Reply {
    Now(ResponseResult),
    /// The request is answered after the next analysis of the tree that contains the document.
    Later,
}

impl Session {
    /// Handles a message.
    pub fn handle(&mut self, message: Message) {
        match message {
            Message::Request(request) => match self.reply(&request) {
                Reply::Now(result) => self.respond(request.id, result),
                Reply::Later => self.waiting.push(request),
            },
            Message::Notification(notification) => self.notification(&notification),
            // Responses to the server's own requests are ignored.
            Message::Response(_) => {}
        }
    }

    fn respond(&mut self, id: RequestId, response_result: ResponseResult) {
        self.send(Response { id, response_result });
    }

    fn reply(&mut self, request: &Request) -> Reply {
        let method = request.method.as_str();
        let is_initialize = method == lsp::InitializeRequest::METHOD.as_str();
        match self.stage {
            Stage::New if is_initialize => return Reply::Now(self.initialize(request)),
            Stage::New => {
                return error_reply(
                    ErrorCode::ServerNotInitialized,
                    "the first request must be `initialize`",
                );
            }
            Stage::Running if !is_initialize => {}
            Stage::Running | Stage::Down => {
                return error_reply(ErrorCode::InvalidRequest, &format!("`{method}` is not allowed now"));
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

    fn initialize(&mut self, request: &Request) -> ResponseResult {
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
        let schema = analysis.map_or(Schema::builtin(), |analysis| &analysis.lint_context.schema);
        completion_resolve::resolve(schema, item)
    }

    /// Calls a function with an open document and its analysis. Returns `None` if the client has not opened
    /// the document.
    fn with_document<T>(&self, uri: &str, call: impl FnOnce(&Doc<'_>) -> T) -> Option<T> {
        let buffer = self.buffers.get(uri)?;
        let text = buffer.bytes();
        let lines = Lines::new(&text, self.client.encoding, buffer.hides_mark());
        let state = self.trees.get(&buffer.home);
        let all = state.and_then(|state| state.analysis.as_ref());
        let stray = state.and_then(|state| state.strays.get(&buffer.path));
        let analysis = stray.or(all);
        Some(self.with_locator(&buffer.home, |locator| {
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
                schema: analysis.map_or(Schema::builtin(), |analysis| &analysis.lint_context.schema),
                locator,
                client: &self.client,
            })
        }))
    }

    /// Cancels a waiting request by responding with an error. All other requests have already been answered.
    fn cancel(&mut self, params: lsp::CancelParams) {
        let id = match params.id {
            lsp::Id::Int(id) => RequestId::from(id),
            lsp::Id::String(id) => RequestId::from(id),
        };
        if let Some(at) = self.waiting.iter().position(|request| request.id == id) {
            let request = self.waiting.remove(at);
            self.respond(request.id, Err(error(ErrorCode::RequestCanceled, "cancelled by the client")));
        }
    }

    fn notification(&mut self, notification: &Notification) {
        let method = notification.method.as_str();
        if method == lsp::ExitNotification::METHOD.as_str() {
            self.ended = Some(if self.stage == Stage::Down { Ending::Clean } else { Ending::Abrupt });
        } else if self.stage != Stage::Running {
            // The notification is not allowed in this stage, and notifications have no response.
        } else if method == lsp::InitializedNotification::METHOD.as_str() {
            self.start();
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

/// Finds the function that answers a request.
struct Requests<'a> {
    session: &'a Session,
    request: &'a Request,
    reply: Option<Reply>,
}

impl Requests<'_> {
    fn on<R: lsp::Request>(mut self, answer: impl FnOnce(&Session, R::Params) -> R::Result) -> Self {
        if self.request.method == R::METHOD.as_str() {
            let result =
                parse(&self.request.params).and_then(|params| to_value(answer(self.session, params)));
            self.reply = Some(Reply::Now(result));
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
        if R::WAITS_FOR_ANALYSIS && self.session.is_outdated(uri) && self.session.waiting.len() < MAX_WAITING
        {
            return Reply::Later;
        }
        let result = self.session.with_document(uri, |doc| R::answer(doc, params));
        Reply::Now(to_value(result.unwrap_or_default()))
    }

    fn finish(self) -> Reply {
        self.reply.unwrap_or_else(|| {
            error_reply(ErrorCode::MethodNotFound, &format!("unknown method `{}`", self.request.method))
        })
    }
}

/// Finds the function that handles a notification. Unknown notifications are ignored.
struct Notifications<'a> {
    session: &'a mut Session,
    notification: &'a Notification,
}

impl Notifications<'_> {
    fn on<N: lsp::Notification>(self, handle: impl FnOnce(&mut Session, N::Params)) -> Self {
        if self.notification.method == N::METHOD.as_str() {
            match parse(&self.notification.params) {
                Ok(params) => handle(self.session, params),
                Err(error) => self.session.log_rejected::<N>(&error.message),
            }
        }
        self
    }
}

fn parse<P: DeserializeOwned>(params: &Value) -> Result<P, ResponseError> {
    P::deserialize(params).map_err(|why| error(ErrorCode::InvalidParams, &why.to_string()))
}

fn to_value(result: impl Serialize) -> ResponseResult {
    serde_json::to_value(result).map_err(|why| error(ErrorCode::InternalError, &why.to_string()))
}

fn error_reply(code: ErrorCode, message: &str) -> Reply {
    Reply::Now(Err(error(code, message)))
}

fn error(code: ErrorCode, message: &str) -> ResponseError {
    ResponseError { code: code as i32, message: message.to_owned(), data: None }
}
