//! The program at its edges: odd paths, odd bytes, odd streams, secrets, and the network.

// Helpers of tests are no `#[test]`, and may panic all the same.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "edges/baseline.rs"]
mod baseline;
#[path = "edges/bench.rs"]
mod bench;
#[path = "edges/buffer.rs"]
mod buffer;
#[path = "edges/bytes.rs"]
mod bytes;
#[path = "edges/complete.rs"]
mod complete;
#[path = "edges/diff.rs"]
mod diff;
#[path = "edges/edit.rs"]
mod edit;
#[path = "edges/fixes.rs"]
mod fixes;
#[path = "edges/fleet.rs"]
mod fleet;
#[path = "edges/fmt.rs"]
mod fmt;
#[path = "edges/generate.rs"]
mod generate;
#[path = "edges/init.rs"]
mod init;
#[cfg(feature = "net")]
#[path = "edges/notify.rs"]
mod notify;
#[cfg(feature = "net")]
#[path = "edges/online.rs"]
mod online;
#[path = "edges/paths.rs"]
mod paths;
#[path = "edges/phonebook.rs"]
mod phonebook;
#[cfg(feature = "net")]
#[path = "edges/pnp.rs"]
mod pnp;
#[path = "edges/secrets.rs"]
mod secrets;
#[cfg(feature = "net")]
#[path = "edges/servers.rs"]
mod servers;
#[path = "edges/settings.rs"]
mod settings;
#[cfg(feature = "net")]
#[path = "edges/site.rs"]
mod site;
#[path = "edges/streams.rs"]
mod streams;
#[cfg(feature = "watch")]
#[path = "edges/watch.rs"]
mod watch;
