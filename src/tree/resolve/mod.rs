//! What one phone reads, in its order, and what it ends up with; and the same for a whole fleet without
//! doing shared work twice. Knows no schema and judges nothing.

mod chain;
mod compare;
mod fleet;
mod model;
mod phone;

pub use chain::{Chain, MAX_READS, Read, Step};
pub use compare::{Change, Comparison, Given, Repeats, compare};
pub use fleet::{Fleet, Member, Node, Roster};
pub use model::{Models, declared_model, model};
pub use phone::{Parameter, Phone, find, natural_order};
