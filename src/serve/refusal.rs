//! The reasons why a client receives no file, or only a part of it. The text is written to the log and sent
//! to TFTP clients.

/// The reason why a client does not receive a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The file does not exist.
    #[error("file not found")]
    NotFound,
    /// The name is not allowed.
    #[error("{0}")]
    Refused(#[from] Reason),
    /// The file exists, but phones do not need it.
    #[error("{0}")]
    Withheld(Withheld),
    /// The server is too busy.
    #[error("too many requests, retry later")]
    Busy,
    /// The file cannot be read.
    #[error("{0}")]
    Failed(#[from] ServerFault),
}

impl Refusal {
    /// The text for the client. Server faults are only written to the server's log.
    pub fn public_text(&self) -> String {
        match self {
            Self::Failed(_) => "the file cannot be read".into(),
            Self::Withheld(_) => "not served".into(),
            other => other.to_string(),
        }
    }
}

/// The reason why an existing file is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// The file is one of fvprov's own files.
    #[error("this is one of fvprov's own files")]
    Source,
    /// According to its name, the file is private or is a copy made by an editor.
    #[error("private file")]
    Private,
    /// The file is not on the list of served files.
    #[error("no phone uses this file, and [server] does not name it either")]
    Unused,
}

/// The reason why a request is refused, regardless of the existing files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The name is not UTF-8.
    #[error("the name is not UTF-8")]
    NotUtf8,
    /// The name is too long.
    #[error("the name is too long")]
    TooLong,
    /// The name refers to a directory.
    #[error("this is a directory, and the server does not list files")]
    Directory,
    /// The name refers to a file outside the tree.
    #[error("the name refers to a file outside the served tree")]
    OutsideTree,
    /// The name contains a backslash.
    #[error("the name contains a backslash")]
    Backslash,
    /// The name contains a control character.
    #[error("the name contains a control character")]
    ControlCharacter,
    /// The name contains a colon.
    #[error("the name contains a colon")]
    Colon,
    /// The name ends with a character that Windows ignores.
    #[error("the name ends with a dot or a space")]
    TrailingDotOrSpace,
    /// The name is reserved for a device on Windows.
    #[error("the name is reserved for a device on Windows")]
    Device,
    /// The file is a pipe, a device or a directory.
    #[error("not a regular file")]
    NotRegular,
    /// The target of a link is outside the tree.
    #[error("a link points outside the served tree")]
    LinkOutsideTree,
    /// The client tries to write a file.
    #[error("this server is read-only")]
    ReadOnly,
    /// The client requests a listing.
    #[error("there are no listings")]
    NoListing,
    /// The user name or the password is wrong.
    #[error("wrong user or password")]
    WrongLogin,
    /// Too many wrong passwords came from the address.
    #[error("too many wrong passwords")]
    TooManyLogins,
    /// The file ends before the requested range.
    #[error("the file ends before this position")]
    BeyondEnd,
    /// The server does not open connections to clients.
    #[error("active mode is not supported: use passive mode")]
    ActiveMode,
    /// This server does not support TLS for FTP.
    #[error("FTP over TLS is not supported")]
    NoTls,
    /// The command is unknown.
    #[error("unknown command")]
    UnknownCommand,
    /// A client cannot enter a directory with this name.
    #[error("no such directory: {0}")]
    NoDirectory(Box<Self>),
    /// The request is malformed.
    #[error("malformed request: {0}")]
    Malformed(&'static str),
}

impl Reason {
    /// A short fixed name, for metrics.
    pub fn label(&self) -> &'static str {
        match self {
            Self::NotUtf8
            | Self::TooLong
            | Self::Backslash
            | Self::ControlCharacter
            | Self::Colon
            | Self::TrailingDotOrSpace
            | Self::Device => "bad-name",
            Self::Directory | Self::NoListing | Self::NoDirectory(_) => "directory",
            Self::OutsideTree | Self::LinkOutsideTree => "outside-tree",
            Self::NotRegular => "not-regular",
            Self::ReadOnly => "read-only",
            Self::WrongLogin | Self::TooManyLogins => "login",
            Self::BeyondEnd => "range",
            Self::ActiveMode => "active-mode",
            Self::NoTls => "no-tls",
            Self::UnknownCommand => "unknown-command",
            Self::Malformed(_) => "malformed",
        }
    }
}

/// The reason why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerFault {
    /// The operating system reports an error.
    #[error("{0}")]
    System(String),
    /// The file changed during each attempt to read it.
    #[error("the file changed while it was being read")]
    ChangedWhileRead,
    /// The file is larger than this number of MiB.
    #[error("the file is larger than {0} MiB")]
    TooLarge(u64),
    /// The tree cannot be opened.
    #[error("{0}")]
    Tree(String),
    /// One of the phone's files cannot be read.
    #[error("`{0}` cannot be read, so the phone's configuration is unknown")]
    Unreadable(String),
    /// The server has a bug.
    #[error("internal error")]
    Internal,
    /// The TLS handshake failed.
    #[error("TLS handshake failed: {0}")]
    Tls(String),
    /// The TLS handshake exceeds its time limit.
    #[error("TLS handshake timed out")]
    TlsTimeout,
    /// No port for the transfer is free.
    #[error("no port is available for the transfer")]
    NoPort,
}

/// The reason why a request or transfer ended early.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Interruption {
    /// The client closed the connection, or no longer reads data.
    #[error("the client closed the connection")]
    ClientClosed,
    /// The client no longer responds.
    #[error("the client no longer responds")]
    Silent,
    /// The client ended the transfer with this message.
    #[error("the client reports: {0}")]
    ClientError(String),
    /// The client sent a second request from the same port.
    #[error("the client started a second transfer")]
    Restarted,
    /// Too many transfers were waiting for clients that had never responded.
    #[error("the client never responded, and other clients were waiting")]
    Displaced,
    /// The client opened no data connection.
    #[error("the client opened no data connection")]
    NoDataConnection,
    /// The server stopped.
    #[error("the server stopped")]
    ServerStopped,
}
