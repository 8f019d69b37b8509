//! Errors from disks, git and the network. Callers match on the variants; the text is for users. Messages
//! from libraries and servers are stored as text and never parsed.

use std::net::{Ipv4Addr, SocketAddr};

/// An error from a disk, git or the network.
#[allow(missing_docs)] // the names of the fields are clear
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The file does not exist.
    #[error("not found")]
    Missing,
    /// The file is larger than this number of bytes.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// The operating system reports an error.
    #[error("{0}")]
    System(String),

    /// Git is not installed.
    #[error("reading a revision requires git, which is not installed: install git")]
    NoGit,
    /// Git cannot be started.
    #[error("git cannot be started: {0}")]
    GitNotRun(String),
    /// A revision contains more files than fvprov reads.
    #[error("it contains more than {0} files")]
    TooManyFiles(usize),
    /// Git exited before it had returned all objects.
    #[error("git exited before it returned all files: {0}")]
    GitStopped(String),
    /// Git reports an error.
    #[error("{0}")]
    Git(String),
    /// The working directory is not in a git repository.
    #[error("the working directory is not in a git repository")]
    NoRepository,
    /// The repository does not contain the revision.
    #[error("revision `{revision}` not found: {fault}")]
    Revision { revision: String, fault: RevisionFault },
    /// The clone does not contain the content of the file.
    #[error("this clone does not contain the file's content (a partial clone?)")]
    NotInClone,

    /// The URL cannot be requested.
    #[error("`{url}` {fault}")]
    Url { url: String, fault: UrlFault },
    /// A file name contains a control character.
    #[error("the file name contains a control character and cannot be requested")]
    ControlCharacter,
    /// The user agent is not valid as a header value.
    #[error("the User-Agent must be one line of plain text")]
    UserAgent,
    /// The host name has no address.
    #[error("the host name `{0}` has no address")]
    HostWithoutAddress(String),
    /// The host name cannot be resolved.
    #[error("the host name `{host}` cannot be resolved: {reason}")]
    HostUnknown { host: String, reason: String },
    /// No connection to the server can be opened.
    #[error("connection failed: {0}")]
    Unreachable(String),
    /// The server does not use TLS.
    #[error("the server does not use TLS on this port: for an unencrypted connection, use http:// or ftp://")]
    NotTls,
    /// The response from the server is not HTTP.
    #[error("the response is not HTTP: if the server uses TLS on this port, use https://")]
    NotHttp,
    /// The server closed the connection.
    #[error("the server closed the connection without a response: if it uses TLS on this port, use https://")]
    ClosedWithoutResponse,
    /// The response has a content encoding, although the request did not allow one.
    #[error(
        "the server sends the file with the content encoding `{0}`, which the request did not allow: phones cannot read it"
    )]
    ContentEncoding(String),
    /// The server's certificate is not trusted; contains the reason.
    #[error("{0} (--insecure accepts it)")]
    Certificate(String),
    /// No connection to this server address can be opened.
    #[error("connection to {address} failed: {reason}")]
    AddressUnreachable { address: SocketAddr, reason: String },
    /// The connection failed.
    #[error("{0}")]
    ConnectionLost(String),
    /// The server does not respond in time.
    #[error("no response in time")]
    Timeout,
    /// The transfer takes longer than this number of seconds.
    #[error("the transfer takes more than {0} s")]
    TransferTimeout(u64),
    /// The size of the received file differs from the size that the server specified.
    #[error("the server announced {announced} bytes but sent {received}")]
    WrongSize { announced: u64, received: u64 },

    /// The server requires a user name and a password.
    #[error(
        "401 Unauthorized: the server requires a user name and a password (FVPROV_USER and FVPROV_PASSWORD, or netrc)"
    )]
    LoginRequired,
    /// The server rejects the user name or the password.
    #[error("401 Unauthorized: the server rejects this user name or password")]
    LoginRefused,
    /// This user's password is unknown.
    #[error("the server requires a password, but none is set for the user `{0}` (FVPROV_PASSWORD, or netrc)")]
    NoPassword(String),
    /// A redirect from https to http would expose the password.
    #[error("the server redirects from https to http, which would send the password unencrypted")]
    RedirectToPlainHttp,
    /// The server redirects to a protocol other than http and https.
    #[error("the server redirects to an address that is neither http nor https")]
    RedirectToOtherScheme,
    /// The server redirects too many times.
    #[error("too many redirects")]
    TooManyRedirects,
    /// The HTTP server responds with a status other than success or "not found".
    #[cfg(feature = "net")]
    #[error("the server responded {0}")]
    HttpStatus(reqwest::StatusCode),
    /// The HTTP connection failed during the transfer.
    #[error("the connection failed during the transfer: {0}")]
    Incomplete(String),

    /// The user name or the password cannot be part of an FTP command.
    #[error("the user name or the password contains a control character")]
    LoginControlCharacter,
    /// The FTP server rejects the command with this reply.
    #[error("the server replied `{0}`")]
    FtpReply(String),
    /// The FTP server reports an error with this reply during the transfer.
    #[error("the server replied `{0}` during the transfer")]
    FtpTransfer(String),

    /// A reply from the FTP server is too long.
    #[error("a reply from the server is too long")]
    FtpReplyTooLong,
    /// The listing from a server contains more entries of this kind than the limit.
    #[error("its listing contains too many {0}")]
    ListingTooLarge(&'static str),

    /// The TFTP server does not respond.
    #[error(
        "no response from {0} (a wrong address or a firewall has the same effect, because TFTP uses UDP)"
    )]
    TftpSilent(SocketAddr),
    /// The TFTP server stopped responding during the transfer.
    #[error("the server stopped responding during the transfer")]
    TftpStopped,
    /// The TFTP server sends an ERROR packet.
    #[error("the server replied with error {code}, `{message}`")]
    TftpError { code: u16, message: String },
    /// The TFTP server sends an invalid packet.
    #[error("the server sent {0}")]
    TftpMalformed(&'static str),
    /// The TFTP server accepts options that were not requested.
    #[error("the server accepted options that were not requested")]
    TftpOptions,
    /// The TFTP server sends a block that is larger than the agreed size.
    #[error("the server sent a larger block than agreed")]
    TftpBlock,

    /// TLS cannot be set up.
    #[error("{0}")]
    Tls(String),
    /// The system's trusted certificates cannot be read.
    #[error("the trusted certificates of this system cannot be read: {0}")]
    SystemCertificates(String),
    /// The TLS handshake with a phone failed.
    #[error("TLS: {0}")]
    Handshake(String),
    /// The system provides no random numbers.
    #[error("the system provides no random numbers")]
    NoRandomNumbers,

    /// The string is not a phone's address.
    #[error(
        "`{}` is not a target: {fault} (examples: 10.0.0.5, 101@10.0.0.5:5060, [::1]:5060)",
        shorten(text)
    )]
    Target { text: String, fault: TargetFault },
    /// The inventory contains no address for the phone.
    #[error("no address in the inventory")]
    NotInInventory,
    /// A phone's host name cannot be resolved.
    #[error("the host name cannot be resolved")]
    PhoneUnknown,
    /// A phone's host name has no address.
    #[error("the host name has no address")]
    PhoneWithoutAddress,
    /// The phone's port is closed.
    #[error("the port is closed")]
    PortClosed,
    /// The connection to a phone could not be established in time.
    #[error("no connection in time")]
    NoConnection,
    /// The network has no route to a phone.
    #[error("no route to the host")]
    NoRoute,
    /// The phone closed the connection.
    #[error("the phone closed the connection")]
    Closed,
    /// The phone sends something that is not SIP.
    #[error("{0}")]
    NoSip(SipFault),
    /// No thread can be started.
    #[error("no thread can be started: {0}")]
    NoThread(String),

    /// The address for plug and play cannot be opened.
    #[error("PnP at {address}: {reason}")]
    PnpAddress { address: SocketAddr, reason: String },
    /// No interface accepts multicast. The value lists each interface with the reason.
    #[error(
        "PnP: no interface accepts multicast ({}): name one by its address (--pnp-interface ADDRESS), or omit --pnp and \
         use DHCP option 66",
        interfaces(.0)
    )]
    PnpMulticast(Vec<(Ipv4Addr, String)>),
    /// The interfaces of this machine cannot be listed.
    #[error("PnP: the interfaces cannot be listed: {0}")]
    PnpInterfaces(String),
    /// The port for plug and play cannot be opened.
    #[error("PnP: port {port}/udp cannot be opened: {reason}")]
    PnpPort { port: u16, reason: String },
    /// A different program uses the port for plug and play.
    #[error(
        "PnP: another program uses port {0}/udp and does not share it (a SIP server on this machine?): run --pnp on a different machine in the phones' network"
    )]
    PnpPortInUse(u16),
    /// A socket for plug and play failed.
    #[error("PnP: {0}")]
    PnpSocket(String),

    /// Phones do not accept the value of DHCP option 66.
    #[error(transparent)]
    Option66(#[from] Option66Fault),
}

fn interfaces(failed: &[(Ipv4Addr, String)]) -> String {
    let failed: Vec<String> = failed.iter().map(|(address, reason)| format!("{address}: {reason}")).collect();
    if failed.is_empty() { "this machine has none".into() } else { failed.join("; ") }
}

/// Maximum number of characters to quote from a string.
const LONGEST_QUOTE: usize = 60;

/// The beginning of a string.
fn shorten(text: &str) -> String {
    if text.chars().count() <= LONGEST_QUOTE {
        return text.to_owned();
    }
    text.chars().take(LONGEST_QUOTE).chain(['…']).collect()
}

/// The reason why a repository does not contain a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevisionFault {
    /// It contains no commit.
    #[error("this repository has no commits yet")]
    Empty,
    /// The clone is shallow: its history is incomplete.
    #[error(
        "this clone is shallow and may not contain the revision: fetch more of the history (in CI, set a depth of 0)"
    )]
    Shallow,
    /// No branch, tag or commit has this name.
    #[error("this repository has no branch, tag or commit with that name")]
    Unknown,
}

/// The reason why a URL cannot be requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlFault {
    /// It cannot be parsed.
    #[error("is not a URL: write http://server/directory/")]
    Malformed,
    /// The scheme of the URL is not supported.
    #[error("has an unsupported scheme: use http, https, ftp, ftps or tftp")]
    Scheme,
    /// It has no host.
    #[error("names no server")]
    NoHost,
    /// The URL has a query or a fragment, which a file name cannot contain.
    #[error("contains `?` or `#`, which file names cannot contain")]
    Query,
}

/// The reason why a string is not a phone's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetFault {
    /// `sips:`
    #[error("use --transport tls for an encrypted connection")]
    Sips,
    /// The address has parameters, headers or a path.
    #[error("only a user, a host and a port are allowed")]
    Extra,
    /// The user part is invalid.
    #[error("the user contains characters that are not allowed in a SIP address")]
    User,
    /// Something other than a port follows the host.
    #[error("only `:PORT` may follow the host")]
    AfterHost,
    /// The host part is invalid.
    #[error("the host is neither an address nor a name")]
    Host,
    /// The port is invalid.
    #[error("the port must be from 1 to 65535")]
    Port,
}

/// The reason why bytes are not a SIP message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SipFault {
    /// The first line belongs to a different protocol.
    #[error("this is not SIP")]
    Start,
    /// A header without a colon, or without a name.
    #[error("a header is malformed")]
    Header,
    /// Content-Length is not a number, or exceeds the received bytes.
    #[error("Content-Length does not match the message")]
    Length,
    /// The message exceeds a limit.
    #[error("the message is too large")]
    TooLarge,
}

/// The reason why phones do not accept a value for DHCP option 66.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Option66Fault {
    /// The value is empty.
    #[error("the URL is empty")]
    Empty,
    /// The value contains a control character.
    #[error("the URL contains `{}`, which is not ASCII text: remove it", .0.escape_default())]
    Control(char),
    /// The value contains a character that is not ASCII.
    #[error("the URL contains `{}`, which is not ASCII text: write it percent-encoded", .0.escape_default())]
    NotAscii(char),
    /// The value exceeds the maximum length of an option. Both lengths are in bytes.
    #[error("the URL has {length} bytes, more than the {most} that fit in a DHCP option: shorten it")]
    #[allow(missing_docs)] // the names of the fields are clear
    TooLong { length: usize, most: usize },
    /// The value contains a space.
    #[error("the URL contains a space: write it as %20")]
    Space,
    /// Phones do not support the scheme.
    #[error("phones support http, https, tftp and ftp, not `{0}`")]
    Scheme(String),
    /// The URL has no host.
    #[error("the URL does not name a host")]
    NoHost,
    /// The address has a fault. The fields contain the fault and the correction.
    #[error("the address {0}: {1}")]
    Address(String, String),
    /// The value is neither a URL nor a host.
    #[error("this is neither a URL (http://…, https://…, tftp://…, ftp://…) nor a host name or address")]
    NeitherUrlNorHost,
}

/// The description of an operating system error, without its error number.
pub fn os_message(error: &std::io::Error) -> String {
    use std::io::ErrorKind;

    let words = match error.kind() {
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "this user's disk quota is exhausted",
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        // Windows reports the same error for a file that another program has open.
        ErrorKind::PermissionDenied if cfg!(windows) => {
            "this user does not have permission, or another program has the file open"
        }
        ErrorKind::PermissionDenied => "this user does not have permission",
        ErrorKind::NotADirectory => "part of the path is a file, not a directory",
        ErrorKind::IsADirectory => "it is a directory",
        _ => "",
    };
    if !words.is_empty() {
        return words.into();
    }
    // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION.
    if cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33)) {
        return "another program has it open: close it there".into();
    }
    let text = error.to_string();
    let number = error.raw_os_error().map(|code| format!(" (os error {code})"));
    let text = number.and_then(|number| text.strip_suffix(&number)).unwrap_or(&text);
    text.to_lowercase()
}
