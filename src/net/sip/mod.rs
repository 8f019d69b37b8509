//! SIP as far as provisioning needs it: phones that ask for their server by multicast ([`pnp`]), and phones that are told
//! to ask for their files again (`notify`). Messages, targets, timers and decisions are pure; `listen`, `connection` and `notify`
//! hold the sockets. Knows no findings and no command line.

#[cfg(feature = "net")]
pub mod connection;
#[cfg(feature = "net")]
pub mod listen;
pub mod message;
#[cfg(feature = "net")]
pub mod notify;
pub mod pnp;
pub mod target;
pub mod timers;
