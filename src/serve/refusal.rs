//! Why a client does not get a file, or not all of it. The text goes into the log, and over TFTP to the client.

/// Why a client does not get a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The file does not exist.
    #[error("there is no such file")]
    Missing,
    /// No client gets the file.
    #[error("{0}")]
    Refused(#[from] Reason),
    /// The server sends too much already.
    #[error("too much at once: ask again later")]
    Busy,
    /// The file cannot be read.
    #[error("{0}")]
    Failed(#[from] Fault),
}

impl Refusal {
    /// What the client is told: a fault of the server is for its log only.
    pub fn public_text(&self) -> String {
        match self {
            Self::Failed(_) => "the file cannot be read".into(),
            other => other.to_string(),
        }
    }
}

/// Why no client gets a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The name is not UTF-8.
    #[error("it is no UTF-8")]
    NotUtf8,
    /// The name is too long.
    #[error("it is too long")]
    TooLong,
    /// The name is that of a directory.
    #[error("it is a directory, and none is listed")]
    Directory,
    /// The name leads out of the tree.
    #[error("it leads out of the tree")]
    OutsideTree,
    /// The name is an absolute path.
    #[error("it is absolute")]
    Absolute,
    /// The name contains a backslash.
    #[error("it holds a backslash")]
    Backslash,
    /// The name contains a control character.
    #[error("it holds a control character")]
    ControlCharacter,
    /// The name contains a colon.
    #[error("it holds a colon")]
    Colon,
    /// The name ends with a character that Windows ignores.
    #[error("it ends with a dot or a blank")]
    DotOrBlankAtEnd,
    /// The name is that of a device on Windows.
    #[error("it is the name of a device")]
    Device,
    /// The file is not for phones.
    #[error("it is not for phones")]
    NotForPhones,
    /// The file is a pipe, a device or a directory.
    #[error("it is no plain file")]
    NoPlainFile,
    /// A link leads out of the tree.
    #[error("a link leads out of the tree")]
    LinkOutsideTree,
    /// A client wants to write.
    #[error("this server only reads")]
    ReadOnly,
    /// A client wants a list of files.
    #[error("nothing is listed")]
    NoList,
    /// The user or the password is wrong.
    #[error("wrong user or password")]
    WrongLogin,
    /// The file ends before the range that is requested.
    #[error("it is shorter than that")]
    BeyondEnd,
    /// A client cannot enter a directory of this name.
    #[error("refused: {0}")]
    NoDirectory(Box<Self>),
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The operating system reports an error.
    #[error("{0}")]
    System(String),
    /// Somebody replaced the file while it was opened.
    #[error("it was changed while it was opened")]
    ChangedWhileOpened,
    /// Somebody changed the file while it was read.
    #[error("it was changed while it was read")]
    ChangedWhileRead,
    /// The file is larger than this number of MiB.
    #[error("it is larger than {0} MiB")]
    TooLarge(u64),
    /// The tree cannot be opened.
    #[error("{0}")]
    Tree(String),
    /// A file of the phone cannot be read.
    #[error("`{0}` cannot be read: what the phone gets is not known")]
    Unreadable(String),
    /// The code of the server has an error.
    #[error("the server has a fault")]
    Server,
    /// The TLS handshake failed.
    #[error("no TLS was agreed on: {0}")]
    Tls(String),
    /// The TLS handshake takes too long.
    #[error("no TLS was agreed on in time")]
    TlsTimeout,
    /// No port for the transfer is free.
    #[error("there is no port for the transfer")]
    NoPort,
}

/// Why a file was sent in part only.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// The client closed the connection, or does not read any more.
    #[error("the client went away")]
    Gone,
    /// The client no longer responds.
    #[error("the client no longer answers")]
    Silent,
    /// The client ends the transfer with this message.
    #[error("the client says: {0}")]
    Ended(String),
    /// The client opened no data connection.
    #[error("no data connection came")]
    NoDataConnection,
}
