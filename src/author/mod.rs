//! What fvprov writes for people to go on from. Knows neither how it is printed nor where it is kept.

mod hints;
pub mod import;
pub mod set;
