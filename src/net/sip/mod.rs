//! The part of SIP that provisioning requires: phones find their server by multicast ([`pnp`]), and `notify`
//! makes phones download their files again. Messages, targets and timers perform no I/O; `listen`,
//! `connection` and `notify` contain the sockets.

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
