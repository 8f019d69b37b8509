//! What one phone reads, in its order, and what it ends up with; and the same for a whole fleet without
//! doing shared work twice. Knows no schema and judges nothing.

mod chain;
pub mod effective;
mod fleet;
mod impact;
mod model;
mod phone;

pub use chain::{Chain, Read, Step};
pub use fleet::{Fleet, Member, Node, Repeats, Roster, shown_phone};
pub use impact::{Impact, Target};
pub use model::{Models, declared_model, model};
pub use phone::{Parameter, Phone, find, missing, natural_order};
