//! Why something on a disk, in git or on the network was not reached, read or understood. Callers match on the variants;
//! their text is for people. What a library or a server reports is kept as text, and nobody parses it.

use std::net::{Ipv4Addr, SocketAddr};

/// Why something was not reached, read or understood.
#[allow(missing_docs)] // of fields, whose names say what they are
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A disk, git or a server reports that the file does not exist.
    #[error("there is no such file")]
    Missing,
    /// The file is larger than this number of bytes.
    #[error("larger than {0} bytes")]
    TooLarge(u64),
    /// The operating system reports an error.
    #[error("{0}")]
    System(String),

    /// Git is not installed.
    #[error("git is needed to read a revision, and is not installed")]
    NoGit,
    /// Git cannot be started.
    #[error("git could not be run: {0}")]
    GitNotRun(String),
    /// Git ended too early.
    #[error("git stopped answering: {0}")]
    GitStopped(String),
    /// Git reports an error.
    #[error("{0}")]
    Git(String),
    /// The working directory is in no git repository.
    #[error("the working directory lies in no git repository")]
    NoRepository,
    /// The repository does not contain the revision.
    #[error("there is no revision `{revision}`: {fault}")]
    Revision { revision: String, fault: RevisionFault },
    /// The clone does not contain the content of the file.
    #[error("git does not have its content here (a partial clone?)")]
    NotInClone,

    /// The URL cannot be requested.
    #[error("`{url}` {fault}")]
    Url { url: String, fault: UrlFault },
    /// A file name contains a control character.
    #[error("its name holds a control character, which cannot be asked for")]
    ControlCharacter,
    /// The user agent cannot be the value of a header.
    #[error("a User-Agent is one line of plain text")]
    UserAgent,
    /// The host name has no address.
    #[error("the host `{0}` has no address")]
    HostWithoutAddress(String),
    /// The host name cannot be resolved.
    #[error("the host `{host}` was not found: {reason}")]
    HostUnknown { host: String, reason: String },
    /// No connection to the server can be opened.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// The certificate of the server is not trusted.
    #[error("it cannot be reached: {0} (with --insecure it is taken all the same)")]
    Certificate(String),
    /// No connection to this address of the server can be opened.
    #[error("{address} cannot be reached: {reason}")]
    AddressUnreachable { address: SocketAddr, reason: String },
    /// The connection failed.
    #[error("{0}")]
    ConnectionLost(String),
    /// The server does not respond in time.
    #[error("the server does not answer in time")]
    Timeout,
    /// The transfer takes more than this number of seconds.
    #[error("not done after {0} s")]
    TransferTimeout(u64),
    /// The transfer ended with another size than the server announced.
    #[error("the server said {announced} bytes, and {received} came")]
    WrongSize { announced: u64, received: u64 },

    /// The server requires a user and a password.
    #[error(
        "the server answered 401 Unauthorized: a user and a password are needed (FVPROV_USER and FVPROV_PASSWORD, \
         or netrc)"
    )]
    LoginRequired,
    /// The server refuses the user or the password.
    #[error("the server answered 401 Unauthorized: it does not take this user and password")]
    LoginRefused,
    /// A redirect leads from https to http, and a password is known.
    #[error("the server sends from https to http, where a password could be read on the way")]
    RedirectToPlainHttp,
    /// A redirect leads to another protocol.
    #[error("the server sends elsewhere, to what is no http or https address")]
    RedirectToOtherScheme,
    /// A redirect follows a redirect too often.
    #[error("too many redirects")]
    TooManyRedirects,
    /// The HTTP server responds with another status than success or "not found".
    #[cfg(feature = "net")]
    #[error("the server answered {0}")]
    HttpStatus(reqwest::StatusCode),
    /// The HTTP connection failed in the middle of the file.
    #[error("the file came in part only: {0}")]
    Incomplete(String),

    /// The user or the password cannot be part of an FTP command.
    #[error("a user or a password with a control character")]
    LoginControlCharacter,
    /// The FTP server refuses, with this reply.
    #[error("the server answered `{0}`")]
    FtpReply(String),
    /// The FTP server reports an error, with this reply, in the middle of the file.
    #[error("in the middle of the file the server answered `{0}`")]
    FtpTransfer(String),

    /// The TFTP server does not respond.
    #[error("no answer from {0} (TFTP is UDP: a wrong address or a firewall looks the same)")]
    TftpSilent(SocketAddr),
    /// The TFTP server stopped responding in the middle of the file.
    #[error("the server went silent in the middle of the file")]
    TftpStopped,
    /// The TFTP server sends an ERROR packet.
    #[error("the server answered error {code}, `{message}`")]
    TftpError { code: u16, message: String },
    /// The TFTP server sends something that is not a valid packet.
    #[error("the server sent {0}")]
    TftpMalformed(&'static str),
    /// The TFTP server accepts options that were not requested.
    #[error("the server agreed to options that were not asked for")]
    TftpOptions,
    /// The TFTP server sends a block that is larger than agreed.
    #[error("the server sent a block larger than agreed on")]
    TftpBlock,

    /// TLS cannot be set up.
    #[error("{0}")]
    Tls(String),
    /// The certificates of this system cannot be read.
    #[error("the system's certificates: {0}")]
    SystemCertificates(String),
    /// The TLS handshake with a phone failed.
    #[error("TLS: {0}")]
    Handshake(String),
    /// The system provides no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomNumbers,

    /// The text names no phone.
    #[error("`{text}` is no target: {fault} (such as 10.0.0.5, 101@10.0.0.5:5060, [::1]:5060)")]
    Target { text: String, fault: TargetFault },
    /// The inventory has no address of the phone.
    #[error("no address in the inventory")]
    NotInInventory,
    /// The name of a phone cannot be resolved.
    #[error("the name is unknown to DNS")]
    PhoneUnknown,
    /// The name of a phone has no address.
    #[error("the name has no address")]
    PhoneWithoutAddress,
    /// The port of a phone is closed.
    #[error("nobody listens on that port")]
    PortClosed,
    /// The connection to a phone is not open in time.
    #[error("no connection in time")]
    NoConnection,
    /// The network has no route to a phone.
    #[error("no way leads there")]
    NoRoute,
    /// The phone closed the connection.
    #[error("it closed the connection")]
    Closed,
    /// The phone sends something that is not SIP.
    #[error("{0}")]
    NoSip(SipFault),
    /// No thread can be started.
    #[error("no thread: {0}")]
    NoThread(String),

    /// The address for plug and play cannot be opened.
    #[error("PnP at {address}: {reason}")]
    PnpAddress { address: SocketAddr, reason: String },
    /// No interface accepts multicast; each with its reason.
    #[error(
        "PnP: no interface takes multicast ({}): name one by its address (--pnp-interface ADDRESS), or do \
         without --pnp and tell the phones by DHCP option 66",
        interfaces(.0)
    )]
    PnpMulticast(Vec<(Ipv4Addr, String)>),
    /// The interfaces of this machine cannot be listed.
    #[error("PnP: the interfaces cannot be listed: {0}")]
    PnpInterfaces(String),
    /// The port for plug and play cannot be opened.
    #[error("PnP: port {port}/udp cannot be opened: {reason}")]
    PnpPort { port: u16, reason: String },
    /// Another program uses the port for plug and play.
    #[error(
        "PnP: port {0}/udp is in use by another program that does not share it (a SIP server on this machine?): \
         run --pnp on another machine of the phones' network"
    )]
    PnpPortInUse(u16),
    /// A socket for plug and play failed.
    #[error("PnP: {0}")]
    PnpSocket(String),

    /// Phones do not understand the value of DHCP option 66.
    #[error(transparent)]
    Option66(#[from] Option66Fault),
}

fn interfaces(failed: &[(Ipv4Addr, String)]) -> String {
    let failed: Vec<String> = failed.iter().map(|(address, reason)| format!("{address}: {reason}")).collect();
    if failed.is_empty() { "there is none".into() } else { failed.join("; ") }
}

/// Why a repository does not contain a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevisionFault {
    /// It contains no commit.
    #[error("this repository has no commit yet")]
    Empty,
    /// Its history is cut off.
    #[error(
        "this clone is shallow, and may not reach back so far: fetch more of the history (in CI, a depth of 0)"
    )]
    Shallow,
    /// Nothing has the name.
    #[error("no branch, tag or commit of this repository has that name")]
    Unknown,
}

/// Why a URL cannot be requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlFault {
    /// It cannot be parsed.
    #[error("is no URL: write http://server/directory/")]
    Malformed,
    /// Its scheme is not supported.
    #[error("has a scheme that is not spoken here: use http, https, ftp, ftps or tftp")]
    Scheme,
    /// It has no host.
    #[error("names no server")]
    NoHost,
    /// It has a query or a fragment, which no file name has.
    #[error("has a `?` or `#` in it, and no file has a name behind that")]
    Query,
}

/// Why a text names no phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetFault {
    /// `sips:`
    #[error("for an encrypted connection take --transport tls")]
    Sips,
    /// It has parameters, headers or a path.
    #[error("it is more than user, host and port")]
    Extra,
    /// The user part is invalid.
    #[error("the user has letters that a SIP address cannot hold")]
    User,
    /// Something other than a port follows the host.
    #[error("after the host comes nothing but `:PORT`")]
    AfterHost,
    /// The host part is invalid.
    #[error("the host is neither an address nor a name")]
    Host,
    /// The port is invalid.
    #[error("the port is none of 1 to 65535")]
    Port,
}

/// Why bytes are no SIP message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SipFault {
    /// The first line is that of another protocol.
    #[error("this is no SIP")]
    Start,
    /// A header without a colon, or without a name.
    #[error("a header is broken")]
    Header,
    /// Content-Length is no number, or more than the bytes that are there.
    #[error("Content-Length is not that of the message")]
    Length,
    /// The message is over the limits.
    #[error("the message is too large")]
    TooLarge,
}

/// Why phones do not understand a value of DHCP option 66.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Option66Fault {
    /// The value is empty.
    #[error("the URL is empty")]
    Empty,
    /// The value contains a control character.
    #[error("the URL holds `{}`, which is not ASCII text: take it out", .0.escape_default())]
    Control(char),
    /// The value contains a character that is not ASCII.
    #[error("the URL holds `{}`, which is not ASCII text: write it percent-encoded", .0.escape_default())]
    NotAscii(char),
    /// The value has this number of bytes, more than an option can contain.
    #[error("the URL has {length} bytes, and DHCP takes {most}: shorten it")]
    #[allow(missing_docs)] // of fields, whose names say what they are
    TooLong { length: usize, most: usize },
    /// The value contains a space.
    #[error("the URL holds a blank: write it as %20")]
    Space,
    /// Phones do not support the scheme.
    #[error("phones take http, https, tftp and ftp, not `{0}`")]
    Scheme(String),
    /// The URL has no host.
    #[error("the URL names no host")]
    NoHost,
    /// The value is neither a URL nor a host.
    #[error("this is neither a URL (http://…, https://…, tftp://…, ftp://…) nor a host alone")]
    NeitherUrlNorHost,
}

/// What the operating system reports, without its number.
pub fn os_message(error: &std::io::Error) -> String {
    let text = error.to_string();
    let number = error.raw_os_error().map(|code| format!(" (os error {code})"));
    let text = number.and_then(|number| text.strip_suffix(&number)).unwrap_or(&text);
    text.to_lowercase()
}
